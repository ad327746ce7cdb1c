import { html, nothing, type TemplateResult } from 'lit';
import type { LiveState } from '../../src/protocol/liveRun.ts';
import type { RunSnapshot } from '../../src/protocol/runSnapshot.ts';
import { timeLeft, tokensPerSecond } from '../../src/protocol/timeLeft.ts';
import { bytes, clock, count } from '../ui/format.ts';
import { texts } from './texts.ts';

/** What a live run is doing, how fast, and until when. `now` is milliseconds since 1970. */
export function statusLine(run: RunSnapshot, live: LiveState, now: number): TemplateResult {
  const { status, position, memory, pid } = live;
  const phase = run.phases[run.current];
  const rate = phase === undefined ? null : tokensPerSecond(phase);
  const isMoving = status === 'running';
  const left = isMoving ? timeLeft(run) : { phase: null, run: null };
  const at = (seconds: number) => clock(now + 1000 * seconds, now);
  return html`<p class="status">
    <span class="fact state-${status}" title=${texts.processHint(pid)}>${statusText(run, live)}</span>
    ${
      isMoving && rate !== null
        ? html`<span class="fact" title=${texts.rateHint}>${texts.rate(count(rate))}</span>`
        : nothing
    }
    ${
      left.phase === null || left.phase === left.run
        ? nothing
        : html`<span class="fact" title=${texts.timeHint}>${texts.phaseEnds(at(left.phase))}</span>`
    }
    ${
      left.run === null
        ? nothing
        : html`<span class="fact" title=${texts.timeHint}>${texts.allDone(at(left.run))}</span>`
    }
    ${
      memory > 0 && position === null
        ? html`<span class="fact" title=${texts.memoryHint}>${bytes(memory)}</span>`
        : nothing
    }
  </p>`;
}

/** What a live run is doing, in words. */
export function statusText(run: RunSnapshot, { status, position, node }: LiveState): string {
  const { start } = run;
  const engine = start === null ? '' : texts.on(start.engine, node);
  switch (status) {
    case 'queued':
      return texts.status.queued(position);
    case 'paused':
      return texts.status.paused;
    case 'pausing':
      return texts.status.pausing;
    case 'stopping':
      return texts.status.stopping;
    default:
      return start === null ? texts.status.starting(` (${node})`) : texts.status.running(engine);
  }
}
