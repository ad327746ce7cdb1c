import type { PhaseKind } from './events.ts';
import type { PhaseSnapshot, RunSnapshot } from './runSnapshot.ts';

/** Seconds left; null while nothing is known, or when the run is over. */
export interface TimeLeft {
  /** Of the phase under way. */
  readonly phase: number | null;
  /** Of the whole run. */
  readonly run: number | null;
}

/** How long a run will still take, from recent steps and from what validation has cost so far. */
export function timeLeft({ status, phases, current }: RunSnapshot): TimeLeft {
  if (status !== 'running' || current < 0) return { phase: null, run: null };
  const left = phases.slice(current).map((phase, i) => {
    const cost = stepCost(phase) ?? expectedCost(phases.slice(0, current + i), phase.phase);
    return cost === null ? null : (phase.steps - phase.done) * cost;
  });
  const known = left.filter((seconds) => seconds !== null);
  const run = known.length < left.length ? null : known.reduce((sum, seconds) => sum + seconds, 0);
  return { phase: left[0] ?? null, run };
}

/** Word pieces a second in recent steps. */
export function tokensPerSecond({ tokensPerStep, secondsPerStep }: PhaseSnapshot): number | null {
  if (tokensPerStep === null || secondsPerStep === null || secondsPerStep <= 0) return null;
  return tokensPerStep / secondsPerStep;
}

/** Steps of all phases that are done, and that there are. */
export function stepsDone({ phases }: RunSnapshot): { readonly done: number; readonly steps: number } {
  return phases.reduce((sum, phase) => ({ done: sum.done + phase.done, steps: sum.steps + phase.steps }), {
    done: 0,
    steps: 0,
  });
}

/** Seconds a step, with its share of validation. */
function stepCost({ secondsPerStep, validationSeconds, done }: PhaseSnapshot): number | null {
  return secondsPerStep === null ? null : secondsPerStep + validationSeconds / Math.max(1, done);
}

/** Of a phase that has not begun: as the last one of its kind, or else as the last one of the other kind. */
function expectedCost(before: readonly PhaseSnapshot[], kind: PhaseKind): number | null {
  const timed = before.filter((one) => one.secondsPerStep !== null);
  const model = timed.findLast((one) => one.phase === kind) ?? timed.at(-1);
  return model === undefined ? null : stepCost(model);
}
