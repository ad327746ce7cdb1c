import { besideEachOther, sumRows, type CountTable } from './countTable.ts';
import { normalCdf, normalQuantile } from './normalDistribution.ts';
import { quantile } from './quantile.ts';
import {
  acceleration,
  type Figure,
  influences,
  resampledFigures,
  type SeedFigures,
  seedSpread,
  withSeeds,
} from './resampling.ts';
import { meanOf, ofSeed, type Score, seedsOf, type SystemCounts } from './systems.ts';

/** The bounds of an interval. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface BootstrapOptions {
  readonly seed: number;
  /** Resamples; 1,000 unless given. */
  readonly samples?: number;
  /** Between 0 and 1; 0.95 unless given. */
  readonly level?: number;
  /**
   * `percentile` (unless given): the quantiles of the resamples' figures. `bca`: those moved for bias and for a spread that
   * depends on the value; better for skewed figures of few units, and dearer.
   */
  readonly method?: 'percentile' | 'bca';
  /** How much each file counts in the mean; alike unless given. */
  readonly weights?: readonly number[] | undefined;
}

/**
 * Bootstrap interval of a system's figure: the mean over seeds of the mean over files (a macro-average over languages). Units
 * are drawn with replacement within each file, the same ones for all seeds; languages are not drawn, so it is about these
 * ones. With several seeds they are resampled too (see `withSeeds`), with one it is about this model.
 * @returns NaN bounds where there is no unit, or no resample with a value
 */
export function systemInterval(system: SystemCounts, score: Score, options: BootstrapOptions): Interval {
  const seeds = seedsOf(system);
  return intervalOf(setsOf([system]), seedFiguresOf(seeds, score, options.weights), options);
}

/**
 * The same of the difference `ours` - `other` on the same units, drawn together for both. Both have the same seeds in the same
 * order, or one of them is a single model.
 * @throws RangeError for other files, units or seeds
 */
export function differenceInterval(
  ours: SystemCounts,
  other: SystemCounts,
  score: Score,
  options: BootstrapOptions,
): Interval {
  return intervalOf(pairedSets(ours, other), pairedFigures(ours, other, score, options.weights), options);
}

/** For each file, the counts of all seeds of both systems beside each other. @throws RangeError for other units */
export function pairedSets(ours: SystemCounts, other: SystemCounts): CountTable[] {
  return setsOf([ours, other], pairsOf(ours, other));
}

/** The difference of each pair of seeds, from sums of `pairedSets`. */
export function pairedFigures(
  ours: SystemCounts,
  other: SystemCounts,
  score: Score,
  weights?: readonly number[],
): SeedFigures {
  const figures = seedFiguresOf(pairsOf(ours, other), score, weights);
  return (sums) => {
    const theirs = figures(sums.map((sum) => sum.subarray(sum.length / 2)));
    const mine = figures(sums.map((sum) => sum.subarray(0, sum.length / 2)));
    return mine.map((figure, i) => figure - theirs[i]);
  };
}

/** The number of pairs of seeds. @throws RangeError where seeds cannot be paired */
export function pairsOf(ours: SystemCounts, other: SystemCounts): number {
  if (ours.length !== other.length) throw new RangeError(`${ours.length} files beside ${other.length}`);
  const [a, b] = [seedsOf(ours), seedsOf(other)];
  if (a !== b && a !== 1 && b !== 1) throw new RangeError(`${a} seeds beside ${b}`);
  return Math.max(a, b);
}

/** For each file, all seeds of all systems beside each other. */
function setsOf(systems: readonly SystemCounts[], pairs = seedsOf(systems[0])): CountTable[] {
  return systems[0].map((_, file) =>
    besideEachOther(
      systems.flatMap((system) => Array.from({ length: pairs }, (__, seed) => ofSeed(system[file], seed))),
    ),
  );
}

/** Figures by seed from sums of `setsOf` one system. */
function seedFiguresOf(seeds: number, score: Score, weights?: readonly number[]): SeedFigures {
  return (sums) =>
    Array.from({ length: seeds }, (_, seed) =>
      meanOf(
        sums.map((sum) => {
          const width = sum.length / seeds;
          return score(sum.subarray(seed * width, (seed + 1) * width));
        }),
        weights,
      ),
    );
}

function intervalOf(
  sets: readonly CountTable[],
  seedFigures: SeedFigures,
  { seed, samples = 1000, level = 0.95, method = 'percentile' }: BootstrapOptions,
): Interval {
  if (sets.length === 0 || sets.some(({ units }) => units === 0))
    return { low: Number.NaN, high: Number.NaN };
  const figure: Figure = (sums) => meanOf(seedFigures(sums));
  const found = seedFigures(sets.map(sumRows));
  const rows = method === 'bca' || found.length > 1 ? influences(sets, seedFigures) : [];
  const value = meanOf(found);
  const spread = seedSpread(found, rows);
  const figures = resampledFigures(sets, figure, seed, samples).map((drawn, sample) =>
    spread.seeds < 2 ? drawn : value + withSeeds(drawn - value, spread, seed, sample),
  );
  const sorted = figures.filter((value) => !Number.isNaN(value)).sort();
  const tail = (1 - level) / 2;
  const at = method === 'bca' ? bcaFraction(sorted, value, acceleration(rows)) : same;
  return { low: quantile(sorted, at(tail)), high: quantile(sorted, at(1 - tail)) };
}

const same = (fraction: number): number => fraction;

/** Which quantile of the resamples a BCa interval takes for one of the normal distribution (Efron 1987). */
function bcaFraction(sorted: Float64Array, value: number, skew: number): (fraction: number) => number {
  let below = 0;
  for (const figure of sorted) below += figure < value ? 1 : figure === value ? 0.5 : 0;
  const bias = normalQuantile(below / sorted.length);
  if (!Number.isFinite(bias)) return same;
  return (fraction) => {
    const moved = bias + normalQuantile(fraction);
    return normalCdf(bias + moved / (1 - skew * moved));
  };
}
