import { html, nothing, svg, type TemplateResult } from 'lit';
import type { BarsBlock } from '../../src/protocol/notebook.ts';
import { type ForestPlot, forestPlot } from '../../src/protocol/forestPlot.ts';
import { metricFigure } from './texts.ts';

/** Figures with their intervals as a drawing; they stand in the table before it. */
export function barsView(block: BarsBlock): TemplateResult | typeof nothing {
  const plot = forestPlot(block);
  return plot === undefined ? nothing : drawing(block.title, block.metric, plot);
}

function drawing(
  title: string,
  metric: string,
  { width, height, names, rows, reference, ends }: ForestPlot,
): TemplateResult {
  return html`<svg
    viewBox="0 0 ${width} ${height}"
    role="img"
    aria-label=${`${title}; the figures stand in the table before`}
  >
    <line class="reference" x1=${reference} x2=${reference} y1="0" y2=${height - 22}></line>
    ${rows.map(
      ({ name, y, x, low, high }) =>
        svg`<text x=${names} y=${y + 4} text-anchor="end">${name}</text><line x1=${low} x2=${high} y1=${y} y2=${y}></line><circle cx=${x} cy=${y} r="3"></circle>`,
    )}
    ${ends.map(({ x, value }) => svg`<text x=${x} y=${height - 8} text-anchor="middle">${metricFigure(metric, value)}</text>`)}
  </svg>`;
}
