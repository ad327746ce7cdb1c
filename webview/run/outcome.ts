import { html, nothing, type TemplateResult } from 'lit';
import type { DoneEvent } from '../../src/protocol/events.ts';
import { distinctMetrics, metricName } from '../../src/protocol/metricNames.ts';
import type { RunHeading, RunPresence } from '../../src/protocol/runPanel.ts';
import type { RunEnd } from '../../src/protocol/runEnd.ts';
import type { RunSnapshot } from '../../src/protocol/runSnapshot.ts';
import { bytes, count, duration } from '../ui/format.ts';
import { icon } from '../ui/icon.ts';
import { bestOf, keptBest } from './best.ts';
import { metricText } from './metricText.ts';
import { statusText } from './statusLine.ts';
import { texts } from './texts.ts';

/** How a run stands, in a few words. */
export function standing(run: RunSnapshot, presence: RunPresence): string {
  if (presence.kind === 'live') return statusText(run, presence.live);
  if (presence.kind === 'gone') return texts.outcome.gone;
  if (presence.kind === 'elsewhere') return texts.outcome.elsewhere;
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
  if (presence.kind === 'elsewhere') {
    return trouble('server-process', texts.outcome.elsewhere, presence.what, presence.advice, []);
  }
  return presence.end.outcome === 'done' ? result(heading, run) : ended(presence.end);
}

function result({ metric, size }: RunHeading, run: RunSnapshot): TemplateResult {
  const { end, phases, seconds, start, kept: fullPhase } = run;
  const done = end?.type === 'done' ? end : null;
  const best = phases.findLast((phase) => phase.best !== null)?.best ?? null;
  const metrics: Readonly<Record<string, number>> = done?.metrics ?? best?.metrics ?? {};
  const value = metric === null ? undefined : metrics[metric];
  const others = distinctMetrics(metrics).filter(([name]) => name !== metric);
  const kept = metric === null ? null : keptBest(run, metric);
  const at = kept === null ? nothing : texts.bestAt(bestOf(kept, phases), count(kept.step));
  return html`<section class="result" role="group" aria-label=${texts.outcome.done}>
    ${icon('pass-filled')}
    <span class="unseen">${texts.outcome.done}</span>
    ${
      metric === null || value === undefined
        ? html`<strong>${texts.outcome.done}</strong><span class="fact">${texts.noMetric}</span>`
        : html`<strong class="best" title=${at}>${metricText(metric, value)}</strong>
            <span class="fact">${metricName(metric)}${intervalOf(done, metric)}</span>`
    }
    ${others.map(
      ([name, value]) =>
        html`<span class="fact"
          >${metricName(name)} ${metricText(name, value)}${intervalOf(done, name)}</span
        >`,
    )}
    ${size === null ? nothing : html`<span class="fact" title=${texts.size}>${bytes(size)}</span>`}
    ${
      done === null || start?.k === 0
        ? nothing
        : html`<span class="fact">${texts.entries(count(done.entries))}</span>`
    }
    ${phases.map(savedSteps)}
    ${fullPhase ? html`<span class="fact" title=${texts.fullPhaseKeptHint}>${texts.fullPhaseKept(bytes(fullPhase.bytes))}</span>` : nothing}
    <span class="fact" title=${texts.tookHint}>${texts.took(duration(done?.seconds ?? seconds))}</span>
  </section>`;
}

/** How many steps of a phase were not needed. */
function savedSteps({ shortened }: RunSnapshot['phases'][number]): TemplateResult | typeof nothing {
  if (shortened === undefined) return nothing;
  const { steps, step, reason } = shortened;
  return html`<span class="fact" title=${texts.savedHint[reason]}>${texts.saved(count(steps - step))}</span>`;
}

/** ` [93.12 %, 95.60 %]`, where the run has told it of this metric. */
function intervalOf(done: DoneEvent | null, metric: string): TemplateResult | typeof nothing {
  const interval = done?.interval;
  if (interval?.metric !== metric) return nothing;
  const { low, high } = interval;
  const words = texts.interval(metricText(metric, low), metricText(metric, high));
  return html` <span class="interval" title=${texts.intervalHint}>${words}</span>`;
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
