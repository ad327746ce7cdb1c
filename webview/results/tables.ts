import { html, nothing, type TemplateResult } from 'lit';
import type { LabelsBlock, MapBlock, PlacesBlock, TableBlock } from '../../src/protocol/notebook.ts';
import { strictColumns } from '../../src/protocol/strictColumns.ts';
import { count, percent } from '../ui/format.ts';
import { metricFigure } from './texts.ts';

/** A table: the best of a row is strong, intervals stand below their figures and are said on hover. */
export function tableView({ title, columns, rows }: TableBlock): TemplateResult {
  return html`<div class="scroll" tabindex="0">
    <table>
      ${caption(title)}
      <thead>
        <tr>
          ${columns.map((name) => html`<th scope="col">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map(({ text, strong, note }, c) => {
                const shown =
                  strong === true
                    ? html`<strong title="better than every other one of its row">${text} *</strong>`
                    : text;
                const interval =
                  note === undefined ? nothing : html`<small title="95 % interval">${note}</small>`;
                return c === 0
                  ? html`<th scope="row">${shown}${interval}</th>`
                  : html`<td>${shown}${interval}</td>`;
              })}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** Precision, recall and F1 of labels, with a bar for F1. */
export function labelsView({ title, rows }: LabelsBlock): TemplateResult {
  const strict = strictColumns(rows);
  return html`<div class="scroll" tabindex="0">
    <table>
      ${caption(title)}
      <thead>
        <tr>
          ${['label', 'precision', 'recall', 'F1', 'F1 as a bar', ...strict.names, 'support'].map((name) => html`<th scope="col">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              <th scope="row">${row.label}</th>
              ${[row.precision, row.recall, row.f1].map((value) => html`<td>${percent(value)}</td>`)}
              <td>
                <span class="track"
                  ><span class="bar" .style=${`width:${(100 * row.f1).toFixed(1)}%`}></span
                ></span>
              </td>
              ${strict.fields(row).map((text) => html`<td>${text}</td>`)}
              <td>${count(row.support)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** Figures over two coefficients: the number itself, and a shade. */
export function mapView({ title, x, y, metric, xs, ys, values }: MapBlock): TemplateResult {
  const known = values.flat().flatMap((value) => (value === null ? [] : [value]));
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const shade = (value: number | null) =>
    value === null || high === low ? 0 : Math.round((50 * (value - low)) / (high - low));
  return html`<div class="scroll" tabindex="0">
    <table class="map">
      ${caption(title)}
      <thead>
        <tr>
          <th scope="col">${y} \\ ${x}</th>
          ${xs.map((at) => html`<th scope="col">${at}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${ys.map(
          (at, row) =>
            html`<tr>
              <th scope="row">${at}</th>
              ${values[row].map(
                (value) => html`<td .style=${`--shade:${shade(value)}%`}>${metricFigure(metric, value)}</td>`,
              )}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** A number by layer and module, with a shade of one colour above chance and of another below it. */
export function placesView({ title, layers, modules, texts, shades }: PlacesBlock): TemplateResult {
  return html`<div class="scroll" tabindex="0">
    <table class="map">
      ${caption(title)}
      <thead>
        <tr>
          <th scope="col">layer</th>
          ${modules.map((name) => html`<th scope="col">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${layers.map(
          (layer, row) =>
            html`<tr>
              <th scope="row">${layer}</th>
              ${texts[row].map((text, column) => {
                const shade = shades[row][column];
                return html`<td
                  class=${shade < 0 ? 'below' : nothing}
                  .style=${`--shade:${Math.round(50 * Math.abs(shade))}%`}
                >
                  ${text}
                </td>`;
              })}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

export function caption(title: string): TemplateResult | typeof nothing {
  return title === ''
    ? nothing
    : html`<caption>
        ${title}
      </caption>`;
}
