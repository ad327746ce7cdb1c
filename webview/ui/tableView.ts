import { html, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { showDatum, type DataTable } from './dataTable.ts';

/** A table of data in a box that scrolls, also by keyboard. */
export function tableView(caption: string, table: DataTable): TemplateResult {
  const { columns, rows } = table;
  return html`<div class="table-box" tabindex="0" role="region" aria-label=${caption}>
    <table class="data">
      <caption class="unseen">
        ${caption}
      </caption>
      <thead>
        <tr>
          ${columns.map(({ name }) => html`<th scope="col">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map((row) =>
          // Most rows of a run are as they were when they were last shown.
          guard(
            [...row],
            () =>
              html`<tr>
                ${row.map((value, i) => html`<td>${showDatum(columns[i], value)}</td>`)}
              </tr>`,
          ),
        )}
      </tbody>
    </table>
  </div>`;
}
