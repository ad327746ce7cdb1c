import type { BarsBlock } from '../../protocol/notebook.ts';
import { forestPlot } from '../../protocol/forestPlot.ts';
import { figureText } from '../plainText.ts';
import { escapeHtml } from './escape.ts';

/** Figures with their intervals as a drawing; '' where there is nothing to be held against each other. */
export function barsSvg(block: BarsBlock): string {
  const plot = forestPlot(block);
  if (plot === undefined) return '';
  const { width, height, names, rows, reference, ends } = plot;
  const drawn = rows.map(
    ({ name, y, x, low, high }) =>
      `${text(names, y + 4, name, 'end')}<line x1="${low}" x2="${high}" y1="${y}" y2="${y}"/><circle cx="${x}" cy="${y}" r="3"/>`,
  );
  const axis = ends.map(({ x, value }) => text(x, height - 8, figureText(block.metric, value), 'middle'));
  return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(block.title)}"><line class="reference" stroke-dasharray="3 3" x1="${reference}" x2="${reference}" y1="0" y2="${height - 22}"/>${drawn.join('')}${axis.join('')}</svg>`;
}

function text(x: number, y: number, words: string, anchor: string): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}">${escapeHtml(words)}</text>`;
}
