import type { SharedRun } from './share.ts';
import type { FoundState, RunState } from './states.ts';

type Scheduled = Pick<SharedRun, 'name' | 'needs'>;

/** Whether a run will not go on by itself in this start of the sweep. */
export function isSettled(state: RunState): boolean {
  return state !== 'waiting' && state !== 'running';
}

/**
 * The runs that may be started now: those that wait and whose full phase is there; first those on which others wait, then in the order of
 * the sweep.
 */
export function readyRuns<T extends Scheduled>(
  runs: readonly T[],
  stateOf: (name: string) => RunState,
  free: number,
): T[] {
  const needed = new Set(runs.flatMap(({ needs }) => (needs === null ? [] : [needs])));
  const ready = runs.filter(
    ({ name, needs }) => stateOf(name) === 'waiting' && (needs === null || stateOf(needs) === 'done'),
  );
  const first = ready.filter(({ name }) => needed.has(name));
  const then = ready.filter(({ name }) => !needed.has(name));
  return [...first, ...then].slice(0, Math.max(0, free));
}

/** The runs that wait for a full phase that will not be there. */
export function blockedRuns<T extends Scheduled>(
  runs: readonly T[],
  stateOf: (name: string) => RunState,
): T[] {
  return runs.filter(({ name, needs }) => {
    const state = needs === null ? 'done' : stateOf(needs);
    return stateOf(name) === 'waiting' && isSettled(state) && state !== 'done';
  });
}

/** How a run is told whose full phase will not be there. @param planned the runs of the sweep */
export function blockedState({ needs }: Scheduled, planned: readonly Scheduled[]): FoundState {
  const owner = `The run ${needs ?? ''}, whose full phase it takes,`;
  const note = planned.some(({ name }) => name === needs)
    ? `${owner} is not done.`
    : `${owner} is no longer in the sweep, and has not left it behind. Put it back into the sweep, or delete the folder of this one, which then trains its own.`;
  return { state: 'blocked', note };
}
