import { resolve } from 'node:path';
import { createRun, isRun } from '../runs/runFolder.ts';
import { recipeFile, runFolder, type SweepPaths } from './paths.ts';
import type { PlannedRun } from './plan.ts';

/**
 * Makes the folder of a run that has none yet, before its process starts: whatever goes wrong there stands in the run's record. Gives the
 * folder.
 * @throws UserError of making run folders
 */
export async function newRunFolder(
  paths: SweepPaths,
  { name, recipe }: Pick<PlannedRun, 'name' | 'recipe'>,
): Promise<string> {
  const folder = runFolder(paths, name);
  if (await isRun(folder)) return folder;
  const file = resolve(recipeFile(paths, name));
  await (await createRun({ recipe, recipeFile: file, out: folder })).claim.release();
  return folder;
}
