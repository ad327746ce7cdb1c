import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { userError } from '../core/errors/userError.ts';
import { loadRecipe } from '../recipe/load.ts';
import type { ResolvedRecipe } from '../recipe/types.ts';
import { readChanges, withChanges } from '../runs/changes.ts';
import { readFullPhase, type FullPhase } from '../runs/fullPhaseFile.ts';
import { isRun, runPaths } from '../runs/runFolder.ts';
import { loadBaseFrame } from './base.ts';
import { resolveWithFacts } from './prepare.ts';

/** What a run has kept of its full phase, and its recipe, with the K that was asked for while it trained. */
export interface OpenedFullPhase {
  /** Absolute paths of the run's folder and of the file. */
  readonly folder: string;
  readonly file: string;
  readonly kept: FullPhase;
  /** Entries that may be in a mask. */
  readonly maskable: number;
  readonly recipe: ResolvedRecipe;
}

/**
 * Opens what a run has kept.
 * @param path of the run's folder, or of the file in it
 * @throws UserError `file-missing`, `run-none-here`, `full-phase-missing`, of reading
 */
export async function openFullPhase(path: string): Promise<OpenedFullPhase> {
  const given = resolve(path);
  if (!existsSync(given)) throw userError('file-missing', { path });
  const isFolder = (await stat(given).catch(() => undefined))?.isDirectory() === true;
  const folder = isFolder ? given : dirname(given);
  const file = isFolder ? runPaths(folder, '').fullPhase : given;
  if (isFolder && !(await isRun(folder))) throw userError('run-none-here', undefined, { file: folder });
  if (!existsSync(file)) throw userError('full-phase-missing', undefined, { file: folder });
  const kept = await readFullPhase(file);
  const loaded = await loadRecipe(join(folder, 'recipe.yaml'));
  const base = await loadBaseFrame(resolve(loaded.folder, loaded.recipe.base));
  const { k } = await readChanges(folder);
  const maskable = kept.parameters.reduce((sum, { size }) => sum + size, 0);
  const recipe = withChanges(await resolveWithFacts(loaded, base), { k }, maskable);
  return { folder, file, kept, maskable, recipe };
}
