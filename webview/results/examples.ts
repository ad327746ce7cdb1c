import { html, nothing, type TemplateResult } from 'lit';
import type { ExamplesBlock } from '../../src/protocol/notebook.ts';
import { count } from '../ui/format.ts';
import { nameOf } from './confusion.ts';
import { chosenExamples, conllu, type Output } from './output.ts';

/** Examples gone wrong, gold and predicted under the words; filtered by confusion and by text. */
export function examplesView(block: ExamplesBlock, at: number, output: Output): TemplateResult {
  const { state, change, fetch } = output;
  const { column } = block;
  const chosen = chosenExamples(block, at, state);
  const only = state.confusion?.block === at ? state.confusion : undefined;
  const rest = block.rest !== undefined && block.examples.length < block.of ? block.rest : undefined;
  return html`<section class="examples" aria-label=${block.title}>
    <div class="tools">
      <span class="title">${block.title} (${count(chosen.length)} of ${count(block.of)})</span>
      <label
        >Filter
        <input
          type="text"
          .value=${state.text}
          @input=${(event: InputEvent) => {
            if (event.target instanceof HTMLInputElement) change({ text: event.target.value });
          }}
      /></label>
      ${
        only === undefined
          ? nothing
          : html`<button @click=${() => change({ confusion: undefined })}>
              ${only.gold} taken for ${nameOf(only.predicted)} ✕
            </button>`
      }
      ${
        column === undefined
          ? nothing
          : html`<button @click=${() => void navigator.clipboard.writeText(conllu(chosen, column))}>
              Copy as CoNLL-U
            </button>`
      }
      ${rest === undefined ? nothing : restView(rest, output, fetch)}
    </div>
    ${chosen.slice(0, state.most).map(
      ({ place, items }) =>
        html`<div class="scroll" tabindex="0">
          <table class="example">
            <caption>
              ${place}
            </caption>
            <tbody>
              ${row(
                'text',
                items.map(({ text }) => html`<td>${text}</td>`),
              )}
              ${row(
                'gold',
                items.map(({ gold }) => html`<td>${gold}</td>`),
              )}
              ${row(
                'predicted',
                items.map(({ gold, predicted }) =>
                  gold === predicted
                    ? html`<td>${predicted}</td>`
                    : html`<td class="wrong">✗ ${predicted ?? '–'}</td>`,
                ),
              )}
            </tbody>
          </table>
        </div>`,
    )}
    ${
      chosen.length > state.most
        ? html`<button @click=${() => change({ most: state.most + 50 })}>Show more</button>`
        : nothing
    }
  </section>`;
}

/** Examples that were too large for the file. */
function restView(hash: string, { state }: Output, fetch: Output['fetch']): TemplateResult {
  if (state.kept.get(hash) === null || fetch === undefined)
    return html`<span>The others are not here; run the cell again to see them.</span>`;
  return html`<button @click=${() => fetch(hash)}>Load all</button>`;
}

function row(name: string, fields: readonly TemplateResult[]): TemplateResult {
  return html`<tr>
    <th scope="row">${name}</th>
    ${fields}
  </tr>`;
}
