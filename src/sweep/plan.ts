import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { parse } from 'node:path';
import { makeFolder } from '../formats/makeFolder.ts';
import { userError } from '../core/errors/userError.ts';
import { writeTextAtomically } from '../formats/atomicFile.ts';
import { systemCode, writeError } from '../formats/fileErrors.ts';
import { namedPath } from '../formats/hubCache.ts';
import { readSweepPlan, sweepPlanText } from '../formats/sweepPlanFile.ts';
import { recipeHash } from '../recipe/hash.ts';
import { parseRecipe } from '../recipe/load.ts';
import { stringifyRecipe } from '../recipe/stringify.ts';
import { expandSweep, type SweepRun } from '../recipe/sweep/expand.ts';
import type { LoadedSweep } from '../recipe/sweep/load.ts';
import type { ResolvedRecipe } from '../recipe/types.ts';
import { isRun, runPaths } from '../runs/runFolder.ts';
import { readRunEnd } from '../runs/runEnd.ts';
import { resolveWithFacts } from '../trainer/prepare.ts';
import { recipeFile, runFolder, type SweepPaths, sweepPaths } from './paths.ts';
import { type BaseFrames, newBaseFrames, resolveRuns } from './resolve.ts';
import { type SharedRun, shareFullPhases, type StartedRun } from './share.ts';

/** A run of a plan: what makes it, and its recipe with the value of every field. */
export interface PlannedRun extends SharedRun {
  readonly made: SweepRun;
}

/** What a sweep trains. */
export interface SweepPlan {
  readonly loaded: LoadedSweep;
  readonly paths: SweepPaths;
  readonly runs: readonly PlannedRun[];
  readonly frames: BaseFrames;
  /** Threads of each run, as the first start has decided them: the bits of the results depend on it. */
  readonly threads: number | null;
}

/**
 * What a sweep trains. Reads its recipes, tables and what they name, and writes nothing.
 * @throws UserError of `loadSweep`'s parts, of the runs' recipes
 */
export async function planSweep(loaded: LoadedSweep): Promise<SweepPlan> {
  const paths = sweepPaths(loaded);
  const made = expandSweep(loaded);
  const frames = newBaseFrames();
  const resolved = await resolveRuns(made, frames);
  const before = await readSweepPlan(paths.plan);
  const started = await startedRuns(paths, before?.runs ?? []);
  const fullPhaseOf = (name: string) => runPaths(runFolder(paths, name), name).fullPhase;
  const runs = shareFullPhases(resolved, fullPhaseOf, started);
  return {
    loaded,
    paths,
    runs: runs.map((run, i) => ({ ...run, made: made[i] })),
    frames,
    threads: before?.threads ?? null,
  };
}

/**
 * Writes the plan, and the recipe of each run.
 * @throws UserError `sweep-changed` where a run was started with other settings; of writing
 */
export async function writePlan({ paths, runs, frames }: SweepPlan, threads: number): Promise<void> {
  for (const folder of [paths.recipes, paths.runs]) {
    await makeFolder(folder).catch((error: unknown) => {
      throw writeError(error, folder);
    });
  }
  for (const { name, recipe } of runs) {
    const file = recipeFile(paths, name);
    const text = stringifyRecipe(recipe, { from: paths.recipes, within: parse(paths.recipes).root });
    const before = await textOf(file);
    if (before === text) continue;
    const folder = runFolder(paths, name);
    if (before !== undefined && existsSync(folder) && !(await trainsTheSame(before, file, recipe, frames))) {
      throw userError('sweep-changed', { run: name }, { file: folder });
    }
    await writeTextAtomically(file, text);
  }
  const plan = { threads, runs: runs.map(({ name, needs }) => ({ name, needs })) };
  await writeTextAtomically(paths.plan, sweepPlanText(plan));
}

/** Whether a recipe that was written before leads to the same result: names and reports may differ. */
async function trainsTheSame(
  before: string,
  file: string,
  recipe: ResolvedRecipe,
  frames: BaseFrames,
): Promise<boolean> {
  const loaded = parseRecipe(before, file);
  const base = await frames(namedPath(loaded.folder, loaded.recipe.base, 'base'));
  return recipeHash(await resolveWithFacts(loaded, base)) === recipeHash(recipe);
}

/** The runs that have a folder, and what the plan before made of them. */
async function startedRuns(
  paths: SweepPaths,
  planned: readonly { readonly name: string; readonly needs: string | null }[],
): Promise<Map<string, StartedRun>> {
  const started = new Map<string, StartedRun>();
  for (const { name, needs } of planned) {
    const folder = runFolder(paths, name);
    if (!(await isRun(folder))) continue;
    const { fullPhase } = runPaths(folder, name);
    const keeps = existsSync(fullPhase) || (await readRunEnd(folder)).outcome !== 'done';
    started.set(name, { needs, keeps: needs === null && keeps });
  }
  return started;
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return undefined;
  }
}
