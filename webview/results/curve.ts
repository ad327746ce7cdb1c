import { html, nothing, svg, type TemplateResult } from 'lit';
import { extent } from '../../src/protocol/extent.ts';
import type { CurveBlock } from '../../src/protocol/notebook.ts';
import { caption } from './tables.ts';
import { metricFigure } from './texts.ts';

/** `margin` has room for the largest label. */
const [width, height, margin] = [460, 180, 60];

/** A curve with its intervals, and its figures as a table. */
export function curveView({ title, x, metric, points }: CurveBlock): TemplateResult {
  const known = points.flatMap(({ x: at, value, low, high }) =>
    value === null ? [] : [{ at, value, low: low ?? value, high: high ?? value }],
  );
  return html`${known.length < 2 ? nothing : drawing(title, x, metric, known)}
    <div class="scroll" tabindex="0">
      <table>
        ${caption(title)}
        <thead>
          <tr>
            <th scope="col">${x}</th>
            <th scope="col">${metric}</th>
            <th scope="col">95 % interval</th>
          </tr>
        </thead>
        <tbody>
          ${points.map(
            ({ x: at, value, low, high }) =>
              html`<tr>
                <th scope="row">${at}</th>
                <td>${metricFigure(metric, value)}</td>
                <td>${metricFigure(metric, low)} to ${metricFigure(metric, high)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}

interface Point {
  readonly at: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

function drawing(title: string, x: string, metric: string, points: readonly Point[]): TemplateResult {
  const [left, right] = extent(points.map(({ at }) => at));
  const [bottom, top] = extent(points.flatMap(({ low, high }) => [low, high]));
  const px = (at: number) => margin + ((width - 2 * margin) * (at - left)) / (right - left);
  const py = (value: number) => height - margin - ((height - 2 * margin) * (value - bottom)) / (top - bottom);
  return html`<svg
    viewBox="0 0 ${width} ${height}"
    role="img"
    aria-label=${`${title}; the figures stand in the table`}
  >
    <polyline points=${points.map(({ at, value }) => `${px(at)},${py(value)}`).join(' ')}></polyline>
    ${points.map(
      ({ at, value, low, high }) =>
        svg`<line x1=${px(at)} x2=${px(at)} y1=${py(low)} y2=${py(high)}></line><circle cx=${px(at)} cy=${py(value)} r="3"></circle>`,
    )}
    <text x=${margin} y=${height - margin + 16} text-anchor="middle">${left}</text>
    <text x=${width - margin} y=${height - margin + 16} text-anchor="middle">${right}</text>
    <text x=${width / 2} y=${height - 6} text-anchor="middle">${x}</text>
    <text x=${margin - 4} y=${py(bottom)} text-anchor="end">${metricFigure(metric, bottom)}</text>
    <text x=${margin - 4} y=${py(top) + 4} text-anchor="end">${metricFigure(metric, top)}</text>
  </svg>`;
}
