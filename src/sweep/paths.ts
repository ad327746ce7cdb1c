import { dirname, join, resolve } from 'node:path';
import type { WrittenSweep } from '../recipe/sweep/read.ts';

/** Where the parts of a sweep lie. */
export interface SweepPaths {
  /** `sweeps/NAME` beside the sweep's file. */
  readonly folder: string;
  /** What is to be trained. How far it is, the run folders say. */
  readonly plan: string;
  /** The folder of the recipe of a run, and of the run. */
  readonly recipes: string;
  readonly runs: string;
  /** What collecting has evaluated, a file a run. */
  readonly results: string;
  /** Scripts and outputs of a cluster's jobs. */
  readonly slurm: string;
}

/** Where the parts of a sweep lie, by the place and name of its file. */
export function sweepPaths({ file, name }: Pick<WrittenSweep, 'file' | 'name'>): SweepPaths {
  const folder = join(dirname(resolve(file)), 'sweeps', name);
  return {
    folder,
    plan: join(folder, 'plan.json'),
    recipes: join(folder, 'recipes'),
    runs: join(folder, 'runs'),
    results: join(folder, 'results'),
    slurm: join(folder, 'slurm'),
  };
}

/** The recipe of a run of a sweep. */
export function recipeFile({ recipes }: SweepPaths, run: string): string {
  return join(recipes, `${run}.sft.yaml`);
}

/** The run folder of a run of a sweep. */
export function runFolder({ runs }: SweepPaths, run: string): string {
  return join(runs, run);
}
