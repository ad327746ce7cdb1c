import type { LiveState, RunProgress } from './liveRun.ts';
import type { RunSnapshot } from './runSnapshot.ts';
import { stepsDone, timeLeft } from './timeLeft.ts';

/** Where a run is, in a few numbers. */
export function progressOf(run: RunSnapshot, live: LiveState): RunProgress {
  const phase = run.phases[run.current];
  const left = timeLeft(run);
  const several = run.phases.length > 2 && phase !== undefined ? `${phase.iteration}. ` : '';
  return {
    live,
    phase: phase === undefined ? null : `${several}${phase.phase}`,
    ...stepsDone(run),
    phaseSecondsLeft: left.phase,
    secondsLeft: left.run,
    loss: phase?.smoothedLoss ?? null,
  };
}
