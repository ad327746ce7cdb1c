import { html, type TemplateResult } from 'lit';
import { largest } from '../../src/protocol/numberTexts.ts';
import type { ConfusionBlock } from '../../src/protocol/notebook.ts';
import { count } from '../ui/format.ts';
import { gridMove } from '../ui/gridKeys.ts';
import { examplesBelow, blocksOf, type Output } from './output.ts';
import { caption } from './tables.ts';

/** A confusion matrix. A cell off the diagonal leads to its examples, by click or Enter; arrow keys go from cell to cell. */
export function confusionView(block: ConfusionBlock, at: number, output: Output): TemplateResult {
  const { gold, predicted, counts, title } = block;
  const most = largest(counts.flat(), 1);
  const target = examplesBelow(blocksOf(output), at);
  const cells = gold.flatMap((name, row) =>
    predicted.flatMap((other, column) =>
      name !== other && counts[row][column] > 0 ? [{ row, column }] : [],
    ),
  );
  const focus = output.state.focus?.block === at ? output.state.focus : cells[0];
  const field = (row: number, column: number): TemplateResult => {
    const value = counts[row][column];
    const shade = `--shade:${Math.round((50 * value) / most)}%`;
    if (gold[row] === predicted[column] || value === 0 || target === undefined)
      return html`<td .style=${shade}>${count(value)}</td>`;
    const isChosen =
      output.state.confusion?.block === target &&
      output.state.confusion.gold === gold[row] &&
      output.state.confusion.predicted === predicted[column];
    const choose = () =>
      output.change({
        confusion: isChosen ? undefined : { block: target, gold: gold[row], predicted: predicted[column] },
        focus: { block: at, row, column },
      });
    return html`<td .style=${shade}>
      <button
        aria-label=${`${gold[row]} taken for ${nameOf(predicted[column])}: ${value}, show examples`}
        aria-pressed=${isChosen}
        tabindex=${focus.row === row && focus.column === column ? 0 : -1}
        data-row=${row}
        data-column=${column}
        @click=${choose}
      >
        ${count(value)}
      </button>
    </td>`;
  };
  const onKey = (event: KeyboardEvent): void => {
    const next = gridMove(cells, focus, event.key);
    if (next === undefined || !(event.currentTarget instanceof HTMLElement)) return;
    event.preventDefault();
    output.change({ focus: { block: at, ...next } });
    const button = event.currentTarget.querySelector(
      `[data-row="${next.row}"][data-column="${next.column}"]`,
    );
    if (button instanceof HTMLElement) button.focus();
  };
  return html`<div class="scroll" tabindex="0">
    <table class="map" @keydown=${onKey}>
      ${caption(title)}
      <thead>
        <tr>
          <th scope="col">gold \\ predicted</th>
          ${predicted.map((name) => html`<th scope="col">${nameOf(name)}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${gold.map(
          (name, row) =>
            html`<tr>
              <th scope="row">${name}</th>
              ${predicted.map((_, column) => field(row, column))}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** A column in words. */
export function nameOf(predicted: string): string {
  return predicted === '' ? '(not seen)' : predicted;
}
