import { extent } from '../../protocol/extent.ts';
import type { CurveBlock } from '../../protocol/notebook.ts';
import { figureText } from '../plainText.ts';
import { escapeHtml } from './escape.ts';

/** `margin` has room for the largest label. */
const [width, height, margin] = [480, 200, 60];

/** A curve with its intervals as a drawing; the figures stand in a table below it. */
export function curveSvg({ title, x, metric, points }: CurveBlock): string {
  const known = points.flatMap(({ x: at, value, low, high }) =>
    value === null ? [] : [{ at, value, low: low ?? value, high: high ?? value }],
  );
  if (known.length < 2) return '';
  const [left, right] = extent(known.map(({ at }) => at));
  const [bottom, top] = extent(known.flatMap(({ low, high }) => [low, high]));
  const px = (at: number) => round(margin + ((width - 2 * margin) * (at - left)) / (right - left));
  const py = (value: number) =>
    round(height - margin - ((height - 2 * margin) * (value - bottom)) / (top - bottom));
  const line = known.map(({ at, value }) => `${px(at)},${py(value)}`).join(' ');
  const bars = known
    .map(({ at, low, high }) => `<line x1="${px(at)}" x2="${px(at)}" y1="${py(low)}" y2="${py(high)}"/>`)
    .join('');
  const dots = known.map(({ at, value }) => `<circle cx="${px(at)}" cy="${py(value)}" r="3"/>`).join('');
  const texts = [
    label(margin, height - margin + 18, String(left), 'middle'),
    label(width - margin, height - margin + 18, String(right), 'middle'),
    label(width / 2, height - 8, x, 'middle'),
    label(margin - 6, py(bottom), figureText(metric, bottom), 'end'),
    label(margin - 6, py(top) + 4, figureText(metric, top), 'end'),
  ].join('');
  return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(title)}"><polyline points="${line}"/>${bars}${dots}${texts}</svg>`;
}

function round(value: number): number {
  return Math.round(10 * value) / 10;
}

function label(at: number, y: number, text: string, anchor: string): string {
  return `<text x="${at}" y="${y}" text-anchor="${anchor}">${escapeHtml(text)}</text>`;
}
