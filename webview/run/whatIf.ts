import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { MaskFrame, MaskLayout } from '../../src/protocol/maskHistory.ts';
import type { WhatIf } from '../../src/protocol/whatIf.ts';
import { button } from '../ui/button.ts';
import { count, short } from '../ui/format.ts';
import { progressRing } from '../ui/progressRing.ts';
import type { WhatIfModel } from './model.ts';
import type { Panel } from './panel.ts';
import { texts } from './texts.ts';

/** A mask of another size, as the map draws masks. */
export interface WhatIfFrame extends MaskFrame {
  readonly k: number;
}

/** The mask of another size that is looked at; null where it is the run's own, or none is looked at. */
export function whatIfFrame({ model }: Pick<Panel, 'model'>, layout: MaskLayout): WhatIfFrame | null {
  const { whatIf } = model;
  if (whatIf?.state !== 'found' || whatIf.at === whatIf.found.own) return null;
  const { k, threshold, places } = whatIf.found.masks[whatIf.at];
  const entries = new Map(places.map((place) => [`${place.row} ${place.column}`, place.entries]));
  const counts = layout.cells.map(
    ({ row, column }) => entries.get(`${layout.rows[row]} ${layout.columns[column]}`) ?? 0,
  );
  return { k, iteration: 1, step: null, threshold, overlap: null, counts, histogram: null };
}

/** What the run would have chosen with another K, and what comes of training that: below the map of a finished run. */
export function whatIf(panel: Panel): TemplateResult | typeof nothing {
  const { shown, whatIf: asked } = panel.model;
  const isDone = shown?.presence.kind === 'ended' && shown.presence.end.outcome === 'done';
  if (!isDone || !shown.view.run.kept) return nothing;
  // It has the focus while what is in it comes: of the button that was pressed, nothing is left.
  return html`<section
    id=${placeId}
    class="k"
    aria-label=${texts.whatIf.label}
    tabindex=${asked?.state === 'found' ? nothing : '-1'}
  >
    ${content(panel, asked)}
  </section>`;
}

const placeId = 'what-if-place';
const sliderId = 'what-if';

function content(panel: Panel, asked: WhatIfModel | null): TemplateResult {
  const words = texts.whatIf;
  if (asked === null)
    return html`${button({ label: words.ask, icon: 'settings', hint: words.hint, press: () => ask(panel) })}`;
  if (asked.state === 'asked') return progressRing(words.reading);
  if (asked.state === 'failed')
    return html`<p class="k-refused" role="alert">${asked.what} ${asked.advice}</p>`;
  return slider(panel, asked.found, asked.at);
}

/**
 * Asked before a drawing, and done after it: once the slider is there that was asked for, it has the focus, unless that has gone
 * elsewhere meanwhile.
 */
export function followFocus(): () => void {
  const waits = document.activeElement?.id === placeId;
  return () => {
    if (waits) document.getElementById(sliderId)?.focus();
  };
}

function ask({ model, send, change }: Panel): void {
  document.getElementById(placeId)?.focus();
  model.whatIf = { state: 'asked' };
  send({ type: 'whatIf' });
  change({});
}

function slider(panel: Panel, found: WhatIf, at: number): TemplateResult {
  const { maskable, masks, own } = found;
  const { k, uncertain } = masks[at];
  const share = `${short((100 * k) / Math.max(1, maskable))} %`;
  const words = texts.whatIf;
  const look = (place: number) => {
    panel.model.whatIf = { state: 'found', found, at: Math.min(masks.length - 1, Math.max(0, place)) };
    panel.change({});
  };
  // The button goes with it.
  const back = () => {
    document.getElementById(sliderId)?.focus();
    look(own);
  };
  const fork = (isRandom: boolean) => () => panel.send({ type: 'fork', k, isRandom });
  return html`<div class="k-row">
      <label for=${sliderId}>${texts.kSlider.name}</label>
      <input
        id=${sliderId}
        type="range"
        min="0"
        max=${masks.length - 1}
        step="1"
        .value=${live(String(at))}
        title=${words.hint}
        aria-label=${words.label}
        aria-valuetext=${texts.kSlider.value(count(k), share)}
        @input=${(event: Event) => look(Number((event.target as HTMLInputElement).value))}
      />
      <output for=${sliderId} title=${texts.kSlider.density}>${count(k)} (${share})</output>
    </div>
    <div class="k-foot">
      <p class="note">
        ${at === own ? words.own : nothing}${uncertain > 0 ? words.uncertain(count(uncertain)) : nothing}
      </p>
      ${
        at === own
          ? nothing
          : html`<button type="button" class="tool" @click=${back}>
              ${texts.kSlider.back(count(masks[own].k))}
            </button>`
      }
    </div>
    <div class="k-row">
      ${
        at === own
          ? nothing
          : button({
              label: words.fork,
              icon: 'repo-forked',
              hint: uncertain > 0 ? words.forkNot : words.forkHint,
              disabled: uncertain > 0,
              press: fork(false),
            })
      }
      ${button({ label: words.random, icon: 'symbol-numeric', hint: words.randomHint, press: fork(true) })}
    </div>`;
}
