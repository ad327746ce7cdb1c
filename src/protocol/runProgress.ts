import type { LiveState, RunProgress, RunReached } from './liveRun.ts';
import type { RunSnapshot } from './runSnapshot.ts';
import { stepsDone, timeLeft } from './timeLeft.ts';

/** Where a run is, in a few numbers. */
export function progressOf(run: RunSnapshot, live: LiveState): RunProgress {
  return { live, ...reachedOf(run) };
}

/** How far a run has come, by what it has told. */
export function reachedOf(run: RunSnapshot): RunReached {
  const phase = run.phases[run.current];
  const left = timeLeft(run);
  const several = run.phases.length > 2 && phase !== undefined ? `${phase.iteration}. ` : '';
  return {
    phase: phase === undefined ? null : `${several}${phase.phase}`,
    ...stepsDone(run),
    ...(phase === undefined ? {} : { phaseDone: phase.done, phaseSteps: phase.steps }),
    phaseSecondsLeft: left.phase,
    secondsLeft: left.run,
    loss: phase?.smoothedLoss ?? null,
    choosesMask: choosesMask(run),
  };
}

/** Whether a mask is still to be chosen; a run that has told nothing may. */
export function choosesMask({ start, selections }: Pick<RunSnapshot, 'start' | 'selections'>): boolean {
  if (start === null) return true;
  return start.k > 0 && selections.length < Math.max(...start.phases.map(({ iteration }) => iteration));
}
