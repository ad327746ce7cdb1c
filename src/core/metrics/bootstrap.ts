import { uniform } from '../random.ts';
import { checkWidth } from './counts.ts';

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
}

/**
 * Percentile bootstrap interval of a metric over a sample of units. Units (sentences, sequences) are drawn with replacement,
 * not words, because the words of a sentence are not independent. The same seed gives the same interval.
 * Its coverage is near the level from about 100 units on; with few units, or a metric at the end of its range, the interval
 * is too narrow (a single point where all units agree).
 * @param units the statistics of each unit, rows of one length: `accuracyCounts`, `spanCounts`, ...
 * @param score the metric from the sum of such rows, which it may not keep; resamples where it is NaN are left out
 * @returns NaN bounds without a unit, or where every resample's score is NaN
 * @throws RangeError for rows of unequal length
 */
export function bootstrapInterval(
  units: readonly ArrayLike<number>[],
  score: (sums: Float64Array) => number,
  { seed, samples = 1000, level = 0.95 }: BootstrapOptions,
): Interval {
  if (units.length === 0) return { low: Number.NaN, high: Number.NaN };
  const width = units[0].length;
  const rows = flatten(units, width);
  const sums = new Float64Array(width);
  const scores = new Float64Array(samples);
  for (let sample = 0; sample < samples; sample++) {
    sums.fill(0);
    for (let draw = 0; draw < units.length; draw++) {
      const row = Math.floor(uniform(seed, sample, draw) * units.length) * width;
      for (let i = 0; i < width; i++) sums[i] += rows[row + i];
    }
    scores[sample] = score(sums);
  }
  const sorted = scores.filter((value) => !Number.isNaN(value)).sort();
  const tail = (1 - level) / 2;
  return { low: quantile(sorted, tail), high: quantile(sorted, 1 - tail) };
}

function flatten(units: readonly ArrayLike<number>[], width: number): Float64Array {
  const rows = new Float64Array(units.length * width);
  for (const [i, row] of units.entries()) {
    checkWidth(row, width);
    rows.set(row, i * width);
  }
  return rows;
}

/**
 * Quantile of R ascending values: the one of rank (R + 1) * fraction, as is usual for bootstraps, interpolated linearly
 * between the two nearest (Hyndman and Fan's type 6).
 */
function quantile(sorted: Float64Array, fraction: number): number {
  if (sorted.length === 0) return Number.NaN;
  const last = sorted.length - 1;
  const at = Math.min(Math.max(fraction * (sorted.length + 1) - 1, 0), last);
  const below = Math.floor(at);
  const above = Math.min(below + 1, last);
  // Equal values are returned as they are; infinite ones (a perplexity's) have no difference.
  if (sorted[below] === sorted[above]) return sorted[below];
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}
