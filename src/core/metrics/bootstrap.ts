import { type BootstrapOptions, type Interval, systemInterval } from '../statistics/intervals.ts';
import { type Score, singleSystem } from '../statistics/systems.ts';

export type { Interval } from '../statistics/intervals.ts';

/**
 * Bootstrap interval of a metric over a sample of units. Units (sentences, sequences) are drawn with replacement, not words,
 * because the words of a sentence are not independent. The same seed gives the same interval.
 * At a level of 95 % it covers the true figure in 94 to 95 % of samples of 100 units or more, for every metric, as long as about ten
 * units are not wholly right (or not wholly wrong). With fewer of them it is too narrow: a single point where all units agree.
 * @param units the statistics of each unit, rows of one length: `accuracyCounts`, `spanCounts`, ...
 * @param score the metric from the sum of such rows, which it may not keep; resamples where it is NaN are left out
 * @returns NaN bounds without a unit, or where every resample's score is NaN
 * @throws RangeError for rows of unequal length
 */
export function bootstrapInterval(
  units: readonly ArrayLike<number>[],
  score: Score,
  options: BootstrapOptions,
): Interval {
  return systemInterval(singleSystem(units), score, options);
}
