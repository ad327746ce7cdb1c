import { html, nothing, type TemplateResult } from 'lit';
import type { NotebookBlock } from '../../src/protocol/notebook.ts';
import { staleWords } from '../../src/protocol/staleWords.ts';
import { bytes } from '../ui/format.ts';
import { barsView } from './bars.ts';
import { confusionView } from './confusion.ts';
import { curveView } from './curve.ts';
import { examplesView } from './examples.ts';
import { blocksOf, type Output } from './output.ts';
import { labelsView, mapView, placesView, tableView } from './tables.ts';

/** An output, whatever its cell gave. */
export function outputView(output: Output): TemplateResult {
  const { stale } = output;
  return stale === undefined
    ? outcomeView(output)
    : html`<p class="stale" role="status">⚠ ${staleWords(stale)}</p>
        <div class="old">${outcomeView(output)}</div>`;
}

function outcomeView(output: Output): TemplateResult {
  const { outcome } = output;
  switch (outcome.state) {
    case 'running':
      // How far it is changes all the time: it is there to be read, and not spoken by itself.
      return html`<p><span role="status">running…</span> ${outcome.progress ?? nothing}</p>`;
    case 'interrupted':
      return html`<p class="wrong">interrupted</p>`;
    case 'failed':
      return html`<p class="wrong">${outcome.problem.what}</p>
        <p>${outcome.problem.advice}</p>`;
    default:
      return html`${blocksOf(output).map((block, at) => blockView(block, at, output))}`;
  }
}

function blockView(block: NotebookBlock, at: number, output: Output): TemplateResult {
  switch (block.type) {
    case 'table':
      return tableView(block);
    case 'text':
      return html`${block.lines.map((line) => html`<p class=${block.tone}>${block.tone === 'warning' ? '⚠ ' : ''}${line}</p>`)}`;
    case 'labels':
      return labelsView(block);
    case 'confusion':
      return confusionView(block, at, output);
    case 'examples':
      return examplesView(block, at, output);
    case 'curve':
      return curveView(block);
    case 'bars':
      return html`${barsView(block)}`;
    case 'map':
      return mapView(block);
    case 'places':
      return placesView(block);
    case 'claims':
      return html`<ul class="claims">
        ${block.claims.map(
          ({ claim, holds, found }) =>
            html`<li class=${holds ? 'right' : 'wrong'}>
              ${holds ? '✓ holds' : '✗ fails'}: <code>${claim}</code> <span class="found">${found}</span>
            </li>`,
        )}
      </ul>`;
    default:
      return keptView(block, output);
  }
}

function keptView(
  { title, hash, bytes: size }: Extract<NotebookBlock, { type: 'kept' }>,
  { state, fetch }: Output,
): TemplateResult {
  return state.kept.get(hash) === null || fetch === undefined
    ? html`<p>${title} is not here any more; run the cell again to see it.</p>`
    : html`<p>${title} (${bytes(size)}) <button @click=${() => fetch(hash)}>Load</button></p>`;
}
