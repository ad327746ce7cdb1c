import { html, nothing, type TemplateResult } from 'lit';
import type { SftOverview } from '../../src/protocol/inspect.ts';
import { count, short } from '../ui/format.ts';
import { icon } from '../ui/icon.ts';
import { newText } from '../ui/longText.ts';
import { mount } from '../ui/mount.ts';
import { progressRing } from '../ui/progressRing.ts';
import { tableView } from '../ui/tableView.ts';
import type { Panel } from './panel.ts';
import { problemNote } from './problemNote.ts';
import { texts } from './texts.ts';

/** What is stored whole, and what its outputs mean. */
export function headTab({ head, labels }: SftOverview): TemplateResult {
  if (head.length === 0) return html`<p class="empty-words">${texts.noHead}</p>`;
  const { output, labelName, parameter, shape } = texts.columns;
  return html`<div class="stack">
    <h3>${texts.labels}</h3>
    ${
      labels === null
        ? html`<p class="note">${texts.noLabels}</p>`
        : tableView(texts.labels, {
            columns: [{ name: output }, { name: labelName }],
            rows: labels.map((label, i) => [i, label]),
          })
    }
    <h3>${texts.wholeParameters}</h3>
    ${tableView(texts.wholeParameters, {
      columns: [{ name: parameter }, { name: shape }],
      rows: head.map((one) => [one.name, one.shape.join(' x ')]),
    })}
  </div>`;
}

export function recipeTab({ recipe }: SftOverview): TemplateResult {
  if (recipe === null) return html`<p class="empty-words">${texts.noRecipe}</p>`;
  return html`<pre
    class="text"
    tabindex="0"
    role="region"
    aria-label=${texts.recipeLabel}
    ${mount(newText, { text: recipe, followsEnd: false })}
  ></pre>`;
}

export function metadataTab({ metadata }: SftOverview): TemplateResult {
  if (metadata.length === 0) return html`<p class="empty-words">${texts.metadataEmpty}</p>`;
  const { name, value } = texts.columns;
  return html`<div class="wide-table">
    ${tableView(texts.metadataCaption, { columns: [{ name }, { name: value }], rows: metadata })}
  </div>`;
}

/** What it was made of, and what was made with it; each a link where it was found. */
export function lineageTab({ model, send }: Panel, { listing }: SftOverview): TemplateResult {
  const problem = model.problems.get('lineage');
  if (problem !== undefined) return problemNote(problem);
  const { lineage } = model;
  if (lineage === null) return progressRing(texts.reading);
  const { parts, pruned, dependents } = lineage;
  const words = texts.lineage;
  const link = (file: string, name: string) =>
    html`<button
      type="button"
      class="link"
      title=${file}
      aria-label=${words.open(name)}
      @click=${() => send({ type: 'open', file })}
    >
      ${name}
    </button>`;
  const found = (file: string | null, name: string) =>
    file === null
      ? html`${name} <span class="note" title=${words.missingHint}>${icon('question')}${words.missing}</span>`
      : link(file, name);
  return html`<div class="stack">
    ${
      pruned === null
        ? nothing
        : html`<h3>${words.pruned}</h3>
            <p>
              ${found(pruned.file, pruned.name)}
              <span class="note">${words.prunedOf(count(pruned.entries))}</span>
            </p>`
    }
    <h3>${listing.kind === 'composed' ? words.composed : words.applied}</h3>
    ${
      parts.length === 0
        ? html`<p class="note">${words.none}</p>`
        : html`<ul class="plain">
            ${parts.map(
              ({ name, coefficient, file }) =>
                html`<li><span class="number">${short(coefficient)}</span> × ${found(file, name)}</li>`,
            )}
          </ul>`
    }
    <h3>${words.dependents}</h3>
    ${
      dependents.length === 0
        ? html`<p class="note">${words.noDependents}</p>`
        : html`<ul class="plain">
            ${dependents.map(
              ({ file, how }) =>
                html`<li>
                  ${link(file, file.split(/[\\/]/).at(-1) ?? file)}
                  <span class="note">${words.how[how]}</span>
                </li>`,
            )}
          </ul>`
    }
  </div>`;
}
