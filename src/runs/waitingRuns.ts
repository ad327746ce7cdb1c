import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemCode } from '../formats/fileErrors.ts';
import { readSweepPlan } from '../formats/sweepPlanFile.ts';
import type { WaitingRuns } from '../protocol/session.ts';
import { runPaths } from './runFolder.ts';

/**
 * The runs of a sweep that nobody has started: they wait for this machine or for a cluster.
 * @param plan `sweeps/NAME/plan.json`
 */
export async function waitingRuns(plan: string): Promise<WaitingRuns> {
  const folder = dirname(plan);
  const planned = (await readSweepPlan(plan))?.runs ?? [];
  const made = new Set(await namesIn(join(folder, 'runs')));
  const waits = (name: string) => !made.has(name) || isFresh(join(folder, 'runs', name));
  return { folder, names: planned.flatMap(({ name }) => (waits(name) ? [name] : [])) };
}

/** Whether nobody has worked on a run yet: a cluster's folders are made before their jobs. */
export function isFresh(folder: string): boolean {
  const { log, events } = runPaths(folder, '');
  return !existsSync(log) && !existsSync(events);
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return []; // It comes with the first run.
  }
}
