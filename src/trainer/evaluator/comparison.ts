import { userError } from '../../core/errors/userError.ts';
import { differenceBounds, figureBounds } from '../../core/statistics/bounds.ts';
import { holm } from '../../core/statistics/holm.ts';
import { differenceInterval, systemInterval, type Interval } from '../../core/statistics/intervals.ts';
import { pairedRandomisation, resamplesFor } from '../../core/statistics/randomisation.ts';
import { meanAndDeviation, seedFigures } from '../../core/statistics/systems.ts';
import type { Evaluation } from '../../training/evaluation.ts';
import { countsOfFile } from './countsOfFile.ts';

/** A system of a comparison beside the first one. */
export interface ComparedSystem {
  /** Mean over seeds. */
  readonly value: number;
  /** Standard deviation over seeds; NaN with one. */
  readonly deviation: number;
  readonly interval: Interval;
  /** Against the first system; undefined for itself. */
  readonly against?: {
    readonly difference: number;
    readonly interval: Interval;
    readonly p: number;
    /** After Holm, over all comparisons of the table. */
    readonly adjusted: number;
  };
}

const SEED = 1;

/**
 * Compares systems with the first of them by paired approximate randomisation on the examples of one file, and Holm over all
 * comparisons.
 * @param systems for each system the evaluations of its seeds: seeds in the same order, or a single model
 * @param metric the evaluations' own unless given
 * @param groups to which seed each model belongs: forks of one full phase are one seed; by default each is one of its own
 * @throws UserError `compare-examples`, `compare-seeds`, `compare-metric`
 */
export function compareSystems(
  systems: readonly (readonly Evaluation[])[],
  metric = systems[0][0].metric,
  groups?: readonly number[],
): ComparedSystem[] {
  const seeds = Math.max(...systems.map(({ length }) => length));
  if (systems.some(({ length }) => length !== seeds && length !== 1))
    throw userError('compare-seeds', { seeds: systems.map(({ length }) => length) });
  const { systems: counts, score } = countsOfFile(systems, metric, groups);
  const [first, ...others] = counts.map((seeds) => [seeds]);
  const comparisons = others.length;
  const options = { seed: SEED, resamples: resamplesFor(comparisons) };
  const tests = others.map((system) => ({
    ...pairedRandomisation(system, first, score, options),
    interval: differenceBounds(metric, differenceInterval(system, first, score, { seed: SEED })),
  }));
  const adjusted = holm(tests.map(({ p }) => p));
  return [first, ...others].map((system, i) => {
    const { mean, deviation } = meanAndDeviation(seedFigures(system, score));
    const interval = figureBounds(metric, systemInterval(system, score, { seed: SEED }));
    const alone = { value: mean, deviation, interval };
    if (i === 0) return alone;
    const { difference, interval: between, p } = tests[i - 1];
    return { ...alone, against: { difference, interval: between, p, adjusted: adjusted[i - 1] } };
  });
}
