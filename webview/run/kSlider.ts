import { html, noChange, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { count, short } from '../ui/format.ts';
import { coarseSteps, kAt, kPositions, positionOf, steppedK } from './kScale.ts';
import type { KControl } from './kControl.ts';
import type { KView } from './kView.ts';
import type { Panel } from './panel.ts';
import { texts } from './texts.ts';

/** K of a run whose mask forms: a slider, a number, and what it would choose. */
export function kSlider({ model, kControl }: Panel, view: KView): TemplateResult {
  const { k, range, maskable, isWrong } = view;
  const { refused } = model.k;
  const share = `${short((100 * k) / Math.max(1, maskable))} %`;
  // The button goes with it.
  const back = () => {
    document.getElementById('k')?.focus();
    kControl.ask(view.backTo ?? k);
  };
  return html`<section class="k" aria-label=${texts.kSlider.label}>
    <div class="k-row">
      <label for="k">${texts.kSlider.name}</label>
      <input
        id="k"
        type="range"
        min="0"
        max=${kPositions}
        step="1"
        .value=${live(String(positionOf(range, k)))}
        title=${texts.kSlider.hint}
        aria-label=${texts.kSlider.label}
        aria-valuetext=${texts.kSlider.value(count(k), share)}
        @input=${(event: Event) => kControl.move(kAt(range, Number(inputOf(event).value)))}
        @change=${kControl.settle}
        @blur=${kControl.settle}
        @keydown=${(event: KeyboardEvent) => keys(event, kControl, true)}
      />
      <input
        type="number"
        min="1"
        step="any"
        .value=${live(isWrong ? noChange : String(k))}
        title=${texts.kSlider.hint}
        aria-label=${texts.kSlider.number}
        aria-invalid=${isWrong ? 'true' : 'false'}
        @input=${(event: Event) => {
          const typed = inputOf(event).valueAsNumber;
          if (isK(typed)) kControl.move(typed);
          else kControl.mistype();
        }}
        @change=${(event: Event) => {
          const typed = inputOf(event).valueAsNumber;
          if (isK(typed)) kControl.ask(typed);
          else kControl.refuse(texts.kSlider.wrong);
        }}
        @blur=${kControl.settle}
        @keydown=${(event: KeyboardEvent) => keys(event, kControl, false)}
      />
      <output for="k" title=${texts.kSlider.density}>${share}</output>
    </div>
    <div class="k-foot">
      ${what(view)}
      ${
        view.backTo === null
          ? nothing
          : html`<button type="button" class="tool" @click=${back}>
              ${texts.kSlider.back(count(view.backTo))}
            </button>`
      }
    </div>
    ${refused === null ? nothing : html`<p class="k-refused" role="alert">${refused.what} ${refused.advice}</p>`}
  </section>`;
}

/** What K would choose, and what it waits for. */
function what({ about, hasBudget, state, isPaused }: KView): TemplateResult {
  const { kSlider: words } = texts;
  const threshold =
    about === null
      ? nothing
      : html`<span class="fact" title=${words.aboutHint}
          >${about.threshold === null ? words.tooFew(count(about.moved)) : words.about(short(about.threshold))}</span
        >`;
  const waiting =
    state === 'waiting'
      ? html`<span class="fact">${isPaused ? words.waitingPaused : words.waiting}</span>`
      : nothing;
  const budget = hasBudget && state !== 'set' ? html`<span class="fact">${words.budget}</span>` : nothing;
  return html`<p class="note">${threshold} ${budget} ${waiting}</p>`;
}

function keys(event: KeyboardEvent, kControl: KControl, isSlider: boolean): void {
  if (!isSlider && isSelectAll(event)) {
    // The editor would select by a message, which comes after the digits that are typed next.
    inputOf(event).select();
    event.preventDefault();
    event.stopPropagation();
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const now = kControl.now();
  const next = now === null ? undefined : stepOf(event, now, isSlider);
  if (event.key === 'Enter') {
    // A field is what it shows: nothing that stood there before is asked for.
    if (now?.isWrong === true) kControl.refuse(texts.kSlider.wrong);
    else kControl.settle();
  } else if (event.key === 'Escape') kControl.drop();
  else if (next !== undefined) kControl.step(next);
  else return;
  // In the number field Enter tells a change of its own.
  if (event.key !== 'Enter') event.preventDefault();
  // The editor has commands of its own for some of these keys.
  event.stopPropagation();
}

/** K after a key; undefined for a key that does something else. */
function stepOf(
  { key, shiftKey }: KeyboardEvent,
  { k, range }: KView,
  isSlider: boolean,
): number | undefined {
  const by = (steps: number) => steppedK(range, k, shiftKey ? Math.sign(steps) * coarseSteps : steps);
  switch (key) {
    case 'ArrowUp':
      return by(1);
    case 'ArrowDown':
      return by(-1);
    case 'PageUp':
      return by(coarseSteps);
    case 'PageDown':
      return by(-coarseSteps);
    // In the number field the others move the cursor.
    case 'ArrowRight':
      return isSlider ? by(1) : undefined;
    case 'ArrowLeft':
      return isSlider ? by(-1) : undefined;
    case 'Home':
      return isSlider ? range.low : undefined;
    case 'End':
      return isSlider ? range.high : undefined;
    default:
      return undefined;
  }
}

function isSelectAll({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): boolean {
  return (ctrlKey || metaKey) && !altKey && !shiftKey && key.toLowerCase() === 'a';
}

function isK(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1;
}

function inputOf({ target }: Event): HTMLInputElement {
  if (target instanceof HTMLInputElement) return target;
  throw new Error('A handler of inputs stands at something else.');
}
