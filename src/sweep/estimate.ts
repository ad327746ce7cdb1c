import type { SweepEstimate } from '../protocol/sweep.ts';
import type { ResolvedRecipe } from '../recipe/types.ts';
import { KEPT_BYTES_AN_ENTRY } from '../trainer/keptFullPhase.ts';
import { machineMemory } from '../trainer/machine.ts';
import type { RecipeData } from '../trainer/recipeCounts.ts';
import { readRecipeData } from '../trainer/recipeData.ts';
import { type RunCosts, runCosts } from '../trainer/runCosts.ts';
import type { TimedMachine } from '../trainer/timeModel.ts';
import { chooseWay, type RunNeeds, type SideBySide, waysToShare } from './jobs.ts';
import type { PlannedRun, SweepPlan } from './plan.ts';

/** So many kinds of data are read; the others count as their mean. */
const MOST_READ = 24;

export interface EstimateSweepOptions {
  /** Cores to be shared. */
  readonly cores: number;
  /** Floating-point operations a second of what computes, with so many threads. @throws UserError of its engine */
  readonly speed: (threads: number) => Promise<number>;
  /** Runs at a time, and threads of each, where that has been decided already. */
  readonly jobs?: number | undefined;
  readonly threads?: number | undefined;
}

/**
 * Estimates runs of a plan, and decides how many of them should compute side by side.
 * @throws UserError of reading data, of the engine
 */
export async function estimateSweep(
  { frames }: SweepPlan,
  runs: readonly PlannedRun[],
  { cores, speed, ...fixed }: EstimateSweepOptions,
): Promise<SweepEstimate> {
  const ways = fixedWays(cores, fixed);
  const machines = new Map<number, TimedMachine>();
  for (const { threads } of ways) {
    if (machines.has(threads)) continue;
    machines.set(threads, { threads, flopsPerSecond: await speed(threads) });
  }
  const chosen = spread(runs, MOST_READ);
  const costed: { run: PlannedRun; costs: Map<number, RunCosts> }[] = [];
  const read = new Map<string, RecipeData>();
  for (const run of chosen) {
    const base = await frames(run.recipe.base);
    const key = dataKey(run.recipe);
    const data = read.get(key) ?? (await readRecipeData(run.recipe, base, {})).data;
    read.set(key, data);
    const costs = [...machines].map(([threads, machine]): [number, RunCosts] => [
      threads,
      runCosts({ recipe: run.recipe, config: base.config, data, machine }),
    ]);
    costed.push({ run, costs: new Map(costs) });
  }
  const costsOf = (threads: number) =>
    costed.flatMap(({ run, costs }) => {
      const found = costs.get(threads);
      return found === undefined ? [] : [{ run, ...found }];
    });
  const needs = ({ threads }: SideBySide): RunNeeds => {
    const all = costsOf(threads);
    return { seconds: mean(all, ({ seconds }) => seconds), memory: most(all, ({ peak }) => peak) };
  };
  const way = chooseWay(ways, needs, machineMemory().free);
  const { seconds, memory } = needs(way);
  const all = costsOf(way.threads);
  const kept = new Set(runs.flatMap(({ needs: owner }) => (owner === null ? [] : [owner])));
  const left = mean(all, ({ disk }) => disk.sft);
  const keptBytes = mean(all, ({ sizes }) => KEPT_BYTES_AN_ENTRY * sizes.maskable);
  const atOnce = Math.min(way.jobs, Math.max(1, runs.length));
  return {
    ...way,
    runs: runs.length,
    seconds: (seconds * runs.length) / atOnce,
    each: seconds,
    disk: left * runs.length + keptBytes * kept.size + atOnce * most(all, ({ disk }) => disk.peak),
    memory,
  };
}

/** Where something has been decided, there is one way. */
function fixedWays(
  cores: number,
  { jobs, threads }: Pick<EstimateSweepOptions, 'jobs' | 'threads'>,
): SideBySide[] {
  if (jobs !== undefined) return [{ jobs, threads: threads ?? Math.max(1, Math.floor(cores / jobs)) }];
  const ways = waysToShare(cores);
  if (threads === undefined) return ways;
  const side = Math.max(1, Math.floor(cores / threads));
  return [{ jobs: 1, threads }, ...(side > 1 ? [{ jobs: side, threads }] : [])];
}

/** At most so many of a list, evenly spread. */
function spread<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all;
  return Array.from({ length: most }, (_, i) => all[Math.floor((i * all.length) / most)]);
}

function dataKey(recipe: ResolvedRecipe): string {
  const { base, data, maxLength, validate } = recipe;
  const own = recipe.kind === 'task' ? [recipe.task, recipe.sources] : [recipe.mlm];
  return JSON.stringify([base, data, maxLength, validate?.sample, own]);
}

function mean<T>(all: readonly T[], of: (one: T) => number): number {
  return all.length === 0 ? 0 : all.reduce((sum, one) => sum + of(one), 0) / all.length;
}

function most<T>(all: readonly T[], of: (one: T) => number): number {
  return all.reduce((max, one) => Math.max(max, of(one)), 0);
}
