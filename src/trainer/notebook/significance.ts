import { setImmediate as nextTurn } from 'node:timers/promises';
import { differenceBounds, figureBounds } from '../../core/statistics/bounds.ts';
import { holm } from '../../core/statistics/holm.ts';
import { differenceInterval, type Interval, systemInterval } from '../../core/statistics/intervals.ts';
import { pairedRandomisation, resamplesFor } from '../../core/statistics/randomisation.ts';
import {
  meanAndDeviation,
  type Score,
  seedFigures,
  type SystemCounts,
} from '../../core/statistics/systems.ts';
import type { Evaluation } from '../../training/evaluation.ts';
import { countsOfFile } from '../evaluator/countsOfFile.ts';

/** A row of a table: a file, or several with the mean over them. */
export interface TableRow {
  readonly on: string;
  readonly metric: string;
  /** For each system, for each file, the evaluations of its models. */
  readonly systems: readonly (readonly (readonly Evaluation[])[])[];
  /** Whether its figures may be marked: coefficients were not chosen on it. */
  readonly tuned: readonly boolean[];
  /** How much each file counts in the mean; alike unless given. */
  readonly weights?: readonly number[] | undefined;
}

export interface SystemFigure {
  readonly value: number;
  /** Over seeds; NaN with one. */
  readonly deviation: number;
  readonly interval: Interval;
  readonly seeds: number;
  readonly tuned: boolean;
  /** It beats every other system of its row after Holm. */
  readonly best: boolean;
}

/** System `a` against `b` in a row. */
export interface RowComparison {
  readonly row: number;
  readonly a: number;
  readonly b: number;
  readonly difference: number;
  readonly interval: Interval;
  readonly p: number;
  readonly adjusted: number;
}

export interface TableStatistics {
  /** By row. */
  readonly metrics: readonly string[];
  /** By row and system. */
  readonly figures: readonly (readonly SystemFigure[])[];
  readonly comparisons: readonly RowComparison[];
  readonly resamples: number;
}

const SEED = 1;
const LEVEL = 0.05;

interface RowCounts {
  readonly systems: readonly SystemCounts[];
  readonly score: Score;
}

export interface TableOptions {
  /** To which seed each model belongs. */
  readonly groups: readonly number[];
  readonly signal?: AbortSignal | undefined;
  /** Of each test; as many as the family needs unless given. */
  readonly resamples?: number | undefined;
  /** Of each interval; as many as is usual unless given. */
  readonly samples?: number | undefined;
}

/**
 * Figures of systems in rows, each system against each in every row by paired approximate randomisation, and Holm over the
 * whole table.
 * @throws UserError `compare-metric`, `compare-examples`; the signal's reason
 */
export async function tableStatistics(
  rows: readonly TableRow[],
  { groups, signal, resamples: wanted, samples }: TableOptions,
): Promise<TableStatistics> {
  const counted = rows.map((row) => countsOfRow(row, groups));
  const pairs = counted.flatMap(({ systems }, row) =>
    systems.flatMap((_, a) => systems.slice(0, a).map((__, b) => ({ row, a, b }))),
  );
  const resamples = wanted ?? resamplesFor(pairs.length);
  const intervals = { seed: SEED, ...(samples === undefined ? {} : { samples }) };
  const tests = [];
  for (const pair of pairs) {
    // A request to stop is heard only when the thread is free for a moment.
    await nextTurn();
    signal?.throwIfAborted();
    const { systems, score } = counted[pair.row];
    const [ours, other] = [systems[pair.a], systems[pair.b]];
    const { weights } = rows[pair.row];
    const test = pairedRandomisation(ours, other, score, { seed: SEED, resamples, weights });
    const interval = differenceBounds(
      rows[pair.row].metric,
      differenceInterval(ours, other, score, { ...intervals, weights }),
    );
    tests.push({ ...pair, difference: test.difference, p: test.p, interval });
  }
  const adjusted = holm(tests.map(({ p }) => p));
  const comparisons = tests.map((test, i) => ({ ...test, adjusted: adjusted[i] }));
  const figures = counted.map(({ systems, score }, row) =>
    systems.map((system, s) => {
      const { metric, weights } = rows[row];
      const bySeeds = seedFigures(system, score, weights);
      const { mean, deviation } = meanAndDeviation(bySeeds);
      const tuned = rows[row].tuned[s];
      return {
        value: mean,
        deviation,
        interval: figureBounds(metric, systemInterval(system, score, { ...intervals, weights })),
        seeds: bySeeds.length,
        tuned,
        best:
          !tuned &&
          beatsAll(
            comparisons.filter((one) => one.row === row),
            s,
            systems.length,
            metric,
          ),
      };
    }),
  );
  return { metrics: rows.map(({ metric }) => metric), figures, comparisons, resamples };
}

/** Whether less is better. */
export function isLoss(metric: string): boolean {
  return metric === 'loss' || metric === 'perplexity';
}

function beatsAll(
  comparisons: readonly RowComparison[],
  system: number,
  systems: number,
  metric: string,
): boolean {
  const sign = isLoss(metric) ? -1 : 1;
  const wins = comparisons.filter(
    ({ a, b, difference, adjusted }) =>
      adjusted <= LEVEL && sign * difference * (a === system ? 1 : -1) > 0 && (a === system || b === system),
  );
  return systems > 1 && wins.length === systems - 1;
}

/** The counts of each system of a row on its files. */
function countsOfRow({ metric, systems }: TableRow, groups: readonly number[]): RowCounts {
  const files = systems[0].map((_, file) =>
    countsOfFile(
      systems.map((ofFiles) => ofFiles[file]),
      metric,
      groups,
    ),
  );
  return { systems: systems.map((_, s) => files.map((file) => file.systems[s])), score: files[0].score };
}
