import { html, nothing, type TemplateResult } from 'lit';
import type { RunHeading, RunPresence } from '../../src/protocol/runPanel.ts';
import type { RunEnd } from '../../src/protocol/runEnd.ts';
import type { RunSnapshot } from '../../src/protocol/runSnapshot.ts';
import { bytes, count, duration } from '../ui/format.ts';
import { icon } from '../ui/icon.ts';
import { metricName, metricText } from './metricText.ts';
import { statusText } from './statusLine.ts';
import { texts } from './texts.ts';

/** How a run stands, in a few words. */
export function standing(run: RunSnapshot, presence: RunPresence): string {
  if (presence.kind === 'live') return statusText(run, presence.live);
  if (presence.kind === 'gone') return texts.outcome.gone;
  const { outcome, cause } = presence.end;
  return [texts.outcome[outcome], cause?.what ?? ''].filter((text) => text !== '').join(': ');
}

/** How a run ended: its result, or what went wrong and what to do. Nothing while it lives. */
export function outcome(
  heading: RunHeading,
  run: RunSnapshot,
  presence: RunPresence,
): TemplateResult | typeof nothing {
  if (presence.kind === 'live') return nothing;
  if (presence.kind === 'gone') {
    return trouble('error', texts.outcome.gone, '', texts.outcome.goneAdvice, []);
  }
  return presence.end.outcome === 'done' ? result(heading, run) : ended(presence.end);
}

function result({ metric, size }: RunHeading, { end, phases, seconds, start }: RunSnapshot): TemplateResult {
  const done = end?.type === 'done' ? end : null;
  const best = phases.findLast((phase) => phase.best !== null)?.best ?? null;
  const metrics: Readonly<Record<string, number>> = done?.metrics ?? best?.metrics ?? {};
  const value = metric === null ? undefined : metrics[metric];
  const others = Object.entries(metrics).filter(([name]) => name !== metric);
  const at = best === null ? nothing : texts.best('', count(best.step), best.phase).replace(/\s+/g, ' ');
  return html`<section class="result" role="group" aria-label=${texts.outcome.done}>
    ${icon('pass-filled')}
    <span class="unseen">${texts.outcome.done}</span>
    ${
      metric === null || value === undefined
        ? html`<strong>${texts.outcome.done}</strong><span class="fact">${texts.noMetric}</span>`
        : html`<strong class="best" title=${at}>${metricText(metric, value)}</strong>
            <span class="fact">${metricName(metric)}</span>`
    }
    ${others.map(([name, value]) => html`<span class="fact">${metricName(name)} ${metricText(name, value)}</span>`)}
    ${size === null ? nothing : html`<span class="fact" title=${texts.size}>${bytes(size)}</span>`}
    ${
      done === null || start?.k === 0
        ? nothing
        : html`<span class="fact">${texts.entries(count(done.entries))}</span>`
    }
    <span class="fact" title=${texts.tookHint}>${texts.took(duration(done?.seconds ?? seconds))}</span>
  </section>`;
}

function ended({ outcome, cause }: RunEnd): TemplateResult {
  const heading = texts.outcome[outcome];
  const name = outcome === 'failed' ? 'error' : outcome === 'stopped' ? 'debug-stop' : 'warning';
  return trouble(name, heading, cause?.what ?? '', cause?.advice ?? '', cause?.log ?? []);
}

function trouble(
  name: string,
  heading: string,
  what: string,
  advice: string,
  log: readonly string[],
): TemplateResult {
  return html`<section class="trouble trouble-${name}">
    <p>${icon(name)}<strong>${heading}${what === '' ? '' : ':'}</strong> ${what} ${advice}</p>
    ${
      log.length === 0
        ? nothing
        : html`<p class="log-title">${texts.lastLines}</p>
            <pre class="text last-lines" tabindex="0" aria-label=${texts.lastLines}>${log.join('\n')}</pre>`
    }
  </section>`;
}
