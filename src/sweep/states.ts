import { existsSync } from 'node:fs';
import { UserError } from '../core/errors/userError.ts';
import { runOwner } from '../runs/owner.ts';
import { readRunEnd } from '../runs/runEnd.ts';
import { isRun, runPaths } from '../runs/runFolder.ts';
import { isFresh } from '../runs/waitingRuns.ts';
import { runFolder } from './paths.ts';
import type { SweepPlan } from './plan.ts';

/** How far a run of a sweep is. `waiting`: not started; `blocked`: the run whose full phase it needs did not come to its end. */
export type RunState = 'waiting' | 'running' | 'done' | 'stopped' | 'failed' | 'interrupted' | 'blocked';

/** What a run folder says. */
export interface FoundState {
  readonly state: RunState;
  /** Why it is not done, in a sentence. */
  readonly note: string | null;
}

/**
 * How far a run is, from its folder alone. One that nobody has worked on yet waits: its folder is made before its process. A folder that is
 * damaged counts as failed.
 */
export async function stateOf(folder: string): Promise<FoundState> {
  try {
    if (!(await isRun(folder))) return { state: 'waiting', note: null };
    const owner = await runOwner(folder);
    if (owner?.alive === true) {
      return { state: 'running', note: `process ${owner.pid} on ${owner.host}` };
    }
    if (isFresh(folder)) return { state: 'waiting', note: null };
    const { outcome, cause } = await readRunEnd(folder);
    return { state: outcome, note: cause?.what ?? null };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { state: 'failed', note: error.message };
  }
}

/**
 * How far those are that are in a plan no more, though runs of it take their full phases: done where these are there, or else blocked, since
 * nothing trains them.
 */
export async function statesOutside({
  paths,
  runs,
}: Pick<SweepPlan, 'paths' | 'runs'>): Promise<Map<string, FoundState>> {
  const planned = new Set(runs.map(({ name }) => name));
  const outside = new Set(runs.flatMap(({ needs }) => (needs === null || planned.has(needs) ? [] : [needs])));
  const states = new Map<string, FoundState>();
  for (const name of outside) {
    const folder = runFolder(paths, name);
    const isThere = (await stateOf(folder)).state === 'done' && existsSync(runPaths(folder, name).fullPhase);
    states.set(name, { state: isThere ? 'done' : 'blocked', note: null });
  }
  return states;
}
