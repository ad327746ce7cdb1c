import { html, nothing, type TemplateResult } from 'lit';
import type { SftOverview } from '../../src/protocol/inspect.ts';
import { button } from '../ui/button.ts';
import { count } from '../ui/format.ts';
import { icon } from '../ui/icon.ts';
import { progressRing } from '../ui/progressRing.ts';
import { lineList, lineTable, orderChoice } from './lineList.ts';
import { linesOf } from './model.ts';
import { queryOf } from './needs.ts';
import { type Panel, saveTable } from './panel.ts';
import { problemNote } from './problemNote.ts';
import { texts } from './texts.ts';

/** Rows of the word embeddings as tokens, by movement. */
export function tokensTab(panel: Panel, { words }: SftOverview): TemplateResult {
  const { model, state, change } = panel;
  if (words === null) return html`<p class="empty-words">${texts.noWords}</p>`;
  const store = linesOf(model, null, queryOf(state, null));
  const { facts } = store;
  const { base } = model;
  const hasTokens = base !== null && base !== 'looking';
  const problem = model.problems.get('rows');
  const label = hasTokens ? texts.search : texts.searchRows;
  return html`<div class="tokens-tab">
    ${baseLine(panel)} ${problem === undefined ? nothing : problemNote(problem)}
    ${
      facts === null
        ? html`<p class="empty-words">${texts.noShape}</p>`
        : html`<div class="bar-row">
              <input
                type="search"
                class="field"
                placeholder=${label}
                aria-label=${label}
                title=${texts.searchHint}
                .value=${state.search}
                @input=${(event: Event) => change({ search: (event.target as HTMLInputElement).value })}
              />
              ${orderChoice(panel, hasTokens)}
              ${button({
                label: texts.saveRows,
                icon: 'save',
                hint: texts.saveRowsHint,
                press: saveTable(panel, texts.tabs.tokens, lineTable(store, hasTokens)),
              })}
            </div>
            <p class="note" role="status">
              ${
                facts === undefined
                  ? texts.reading
                  : html`${texts.rowsMoved(count(facts.moved), words.rows === null ? null : count(words.rows))}${
                      state.search.trim() === '' ? nothing : ` · ${texts.matched(count(facts.matched))}`
                    }`
              }
            </p>
            ${
              facts === undefined && problem === undefined
                ? progressRing(texts.reading)
                : lineList(panel, null, texts.tokenRows, { by: 'row', hasTokens })
            }`
    }
  </div>`;
}

/** Whose tokens they are, and how to choose another base model. */
function baseLine({ model, send }: Panel): TemplateResult {
  const { base } = model;
  const problem = model.problems.get('base');
  const choose = button({
    label: texts.chooseBase,
    icon: 'folder',
    hint: texts.chooseBaseHint,
    press: () => send({ type: 'chooseBase' }),
  });
  if (base === 'looking') return html`<p class="note">${texts.lookingForBase}</p>`;
  const isOther = base?.isSame === false;
  return html`${problem === undefined ? nothing : problemNote(problem)}
    <div class="bar-row">
      <span class="note" title=${base?.folder ?? ''}
        >${base === null ? texts.noBaseFound : texts.baseFound[base.how](base.name)}${
          isOther ? html`. ${icon('warning')} ${texts.otherBase}` : nothing
        }</span
      >
      ${base === null || base.how !== 'fingerprint' ? choose : nothing}
    </div>`;
}
