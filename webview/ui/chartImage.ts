import type { Theme } from './theme.ts';

/** A plot with its title and the names of its series, as the base64 text of a PNG. */
export function chartImage(
  plot: HTMLCanvasElement,
  title: string,
  legend: readonly {
    readonly label: string;
    readonly colour: string;
    readonly dashed: boolean;
    readonly isPoint: boolean;
  }[],
  theme: Theme,
): string {
  const ratio = devicePixelRatio;
  const top = 48 * ratio;
  const canvas = document.createElement('canvas');
  canvas.width = plot.width;
  canvas.height = plot.height + top;
  const ctx = canvas.getContext('2d');
  if (ctx === null) return '';
  const family = theme.font.replace(/^\S+ /, '');
  ctx.fillStyle = theme.background;
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  ctx.fillStyle = theme.foreground;
  ctx.font = `600 ${13 * ratio}px ${family}`;
  ctx.fillText(title, 8 * ratio, 18 * ratio);
  ctx.font = `${11 * ratio}px ${family}`;
  let left = 8 * ratio;
  for (const { label, colour, dashed, isPoint } of legend) {
    ctx.strokeStyle = colour;
    ctx.lineWidth = 2 * ratio;
    ctx.setLineDash(dashed ? [5 * ratio, 4 * ratio] : []);
    ctx.beginPath();
    if (isPoint) ctx.arc(left + 8 * ratio, 34 * ratio, 2 * ratio, 0, 2 * Math.PI);
    else {
      ctx.moveTo(left, 34 * ratio);
      ctx.lineTo(left + 16 * ratio, 34 * ratio);
    }
    ctx.stroke();
    ctx.fillText(label, left + 20 * ratio, 38 * ratio);
    left += 36 * ratio + ctx.measureText(label).width;
  }
  ctx.drawImage(plot, 0, top);
  return canvas.toDataURL('image/png').replace(/^data:image\/png;base64,/, '');
}
