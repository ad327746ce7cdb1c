import { html, render, type TemplateResult } from 'lit';
import { type SortKey, sortKeys, textOf } from '../../src/protocol/resultOrder.ts';
import { resultsCsv, resultsLatex } from '../../src/protocol/resultTables.ts';
import { examplesText, type ResultRecord } from '../../src/protocol/results.ts';
import type { FromResultsPanel } from '../../src/protocol/resultsPanel.ts';
import { button } from '../ui/button.ts';
import { connectEditor } from '../ui/editorApi.ts';
import { count, percent } from '../ui/format.ts';
import { registerWidgets } from '../ui/toolkit.ts';
import { checkToResultsPanel } from './checkMessage.ts';
import { checkState, chosenResults, type RecordState } from './rows.ts';
import './record.css';

registerWidgets();
const editor = connectEditor();
const send: (message: FromResultsPanel) => void = editor.send;
let state = checkState(editor.kept());
let results: readonly ResultRecord[] | undefined;
let hasComplained = false;

function change(part: Partial<RecordState>): void {
  state = { ...state, ...part };
  editor.keep(state);
  draw();
}

function draw(): void {
  const app = document.getElementById('app');
  if (app !== null) render(page(), app);
}

function page(): TemplateResult {
  if (results === undefined) return html`<p>Reading the results…</p>`;
  if (results.length === 0)
    return html`<p>Nothing has been evaluated yet. Every evaluation is listed here.</p>`;
  const chosen = chosenResults(results, state);
  return html`<main>
    <h1>Results</h1>
    <div class="tools">
      <label
        >Filter
        <input
          type="search"
          .value=${state.filter}
          @input=${(event: InputEvent) => {
            if (event.target instanceof HTMLInputElement) change({ filter: event.target.value });
          }}
      /></label>
      <span role="status">${count(chosen.length)} of ${count(results.length)}</span>
      ${button({ label: 'Save CSV', press: () => send({ type: 'save', name: 'results', format: 'csv', data: resultsCsv(chosen) }) })}
      ${button({ label: 'Copy LaTeX', press: () => void navigator.clipboard.writeText(resultsLatex(chosen)) })}
      ${button({ label: 'Refresh', press: () => send({ type: 'ready' }) })}
    </div>
    <div class="table-box" tabindex="0" role="region" aria-label="Results">
      <table class="data">
        <thead>
          <tr>
            ${sortKeys.map(heading)}
          </tr>
        </thead>
        <tbody>
          ${chosen.map(row)}
        </tbody>
      </table>
    </div>
  </main>`;
}

function heading(key: SortKey): TemplateResult {
  const isFirst = state.by === key;
  const order = isFirst ? (state.descending ? 'descending' : 'ascending') : 'none';
  const sort = () => change({ by: key, descending: isFirst ? !state.descending : true });
  const numbers = key === 'value' || key === 'examples';
  return html`<th scope="col" class=${numbers ? '' : 'words'} aria-sort=${order}>
    <button class="tool" @click=${sort}>${key}${isFirst ? (state.descending ? ' ↓' : ' ↑') : ''}</button>
  </th>`;
}

function row(result: ResultRecord): TemplateResult {
  const { metric, value, low, high, date } = result;
  const show = (x: number | null) =>
    metric === 'loss' || metric === 'perplexity' ? (x?.toFixed(2) ?? '–') : percent(x, 2);
  return html`<tr>
    <td class="words">${date.slice(0, 16).replace('T', ' ')}</td>
    ${(['SFTs', 'base', 'data', 'role', 'metric'] as const).map((key) => html`<td class="words">${textOf(result, key)}</td>`)}
    <td title="95 % interval">${show(value)} (${show(low)} to ${show(high)})</td>
    <td>${examplesText(result)}</td>
  </tr>`;
}

addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  const message = checkToResultsPanel(data);
  if (message === undefined) {
    if (!hasComplained) console.warn('A message that is not of the page of results was ignored.');
    hasComplained = true;
    return;
  }
  ({ results } = message);
  draw();
});

draw();
send({ type: 'ready' });
