import { colourScales } from './colourScale.ts';
import type { HeatMapProps } from './heatMap.ts';
import type { Theme } from './theme.ts';

/** A heat map with its title, labels and numbers, as the base64 text of a PNG. */
export function heatImage(
  { rows, columns, cells, most, scale = 'sequential' }: HeatMapProps,
  title: string,
  theme: Theme,
): string {
  const [wide, high, left, top] = [56, 20, 48, 56];
  const ratio = 2;
  const canvas = document.createElement('canvas');
  canvas.width = ratio * (left + columns.length * wide + 12);
  canvas.height = ratio * (top + rows.length * high + 12);
  const ctx = canvas.getContext('2d');
  if (ctx === null) return '';
  ctx.scale(ratio, ratio);
  ctx.fillStyle = theme.background;
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  ctx.fillStyle = theme.foreground;
  ctx.font = theme.font.replace(/^\S+/, '600 13px');
  ctx.fillText(title, 12, 20);
  ctx.font = theme.font;
  ctx.textAlign = 'center';
  columns.forEach(({ short }, i) => ctx.fillText(short, left + (i + 0.5) * wide, top - 6));
  ctx.textAlign = 'right';
  rows.forEach(({ short }, i) => ctx.fillText(short, left - 6, top + i * high + 14));
  ctx.textAlign = 'center';
  for (const { row, column, value, text } of cells) {
    const share = most === 0 ? 0 : value / most;
    ctx.fillStyle = colourScales[scale](share, theme.dark);
    ctx.fillRect(left + column * wide, top + row * high, wide - 1, high - 1);
    // Light cells have dark numbers, on either kind of ground; a diverging scale is light where the ground is and at far ends.
    const strength = scale === 'diverging' ? Math.abs(share) : share;
    ctx.fillStyle = (theme.dark ? strength : 1 - strength) > 0.55 ? '#000000' : '#ffffff';
    ctx.fillText(text, left + (column + 0.5) * wide, top + row * high + 14);
  }
  return canvas.toDataURL('image/png').replace(/^data:image\/png;base64,/, '');
}
