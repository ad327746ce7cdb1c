import { join, resolve } from 'node:path';
import { isRun, latestRun } from '../runs/runFolder.ts';

/** Where past runs are looked for unless a folder is named. */
export const usualRuns = 'runs';

/**
 * The folder of the run that a user means: that folder, one of this name in `runs`, or the newest run of a recipe there; what was
 * named where it is none of them.
 * @throws UserError `file-unreadable`
 */
export async function pastRun(named: string): Promise<string> {
  for (const folder of [resolve(named), resolve(join(usualRuns, named))])
    if (await isRun(folder)) return folder;
  return (await latestRun(usualRuns, named)) ?? resolve(named);
}
