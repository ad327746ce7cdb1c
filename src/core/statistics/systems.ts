import { type CountTable, countTable, meanTable, sumRows } from './countTable.ts';

/** A metric from the sum of units' counts, which it may not keep: `accuracyOf`, `spanF1Of`, `macroF1Of`, `meanLossOf`. */
export type Score = (sums: Float64Array) => number;

/**
 * What one system did: for each file (a language of a macro-average; usually one), for each of its seeds, the counts of
 * the file's units. All seeds of a file have the same units; all files have the same seeds, in one order, or a
 * single model (a base, say, which knows no seeds).
 */
export type SystemCounts = readonly (readonly CountTable[])[];

/** A single model on a single file. */
export function singleSystem(units: readonly ArrayLike<number>[]): SystemCounts {
  return [[countTable(units)]];
}

/** A model of one of a system's seeds: `seed` names its full phase, which forks of it share. */
export interface SeedRun {
  readonly seed: string;
  readonly counts: CountTable;
}

/** The runs of a system on a file by seed, in the order of their first: forks of one full phase count as one seed. */
export function bySeed(runs: readonly SeedRun[]): Map<string, CountTable> {
  const groups = new Map<string, CountTable[]>();
  for (const { seed, counts } of runs) groups.set(seed, [...(groups.get(seed) ?? []), counts]);
  return new Map([...groups].map(([seed, tables]) => [seed, meanTable(tables)]));
}

/** How many seeds a system has. @throws RangeError where its files have different numbers */
export function seedsOf(system: SystemCounts): number {
  const most = Math.max(0, ...system.map((seeds) => seeds.length));
  if (system.every(({ length }) => length === most || length === 1)) return most;
  throw new RangeError('files with different numbers of seeds');
}

/** A seed's counts of a file; a single model's stand for every seed. */
export function ofSeed(seeds: readonly CountTable[], seed: number): CountTable {
  return seeds[seeds.length === 1 ? 0 : seed];
}

/** The metric of each seed: the mean over files, each as often as its weight says. */
export function seedFigures(system: SystemCounts, score: Score, weights?: readonly number[]): number[] {
  return Array.from({ length: seedsOf(system) }, (_, seed) =>
    meanOf(
      system.map((seeds) => score(sumRows(ofSeed(seeds, seed)))),
      weights,
    ),
  );
}

/** The metric: the mean over seeds of the mean over files. */
export function figureOf(system: SystemCounts, score: Score, weights?: readonly number[]): number {
  return meanOf(seedFigures(system, score, weights));
}

/** Mean and standard deviation (of a sample: S - 1) over seeds; the deviation of a single one is NaN. */
export function meanAndDeviation(values: readonly number[]): { mean: number; deviation: number } {
  const mean = meanOf(values);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: values.length < 2 ? Number.NaN : Math.sqrt(squares / (values.length - 1)) };
}

/** The mean, in which each value counts as much as its weight; alike without weights. */
export function meanOf(values: readonly number[], weights?: readonly number[]): number {
  const weightOf = (i: number) => weights?.[i] ?? 1;
  const all = values.reduce((sum, _, i) => sum + weightOf(i), 0);
  return values.reduce((sum, value, i) => sum + weightOf(i) * value, 0) / all;
}
