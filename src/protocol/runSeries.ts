import type { PhaseKind, PhasePlan, StepEvent } from './events.ts';

/** Quantities of a step that are drawn over time. */
export const seriesColumns = ['loss', 'l1', 'learningRate', 'gradientNorm', 'tokensPerSecond'] as const;
export type SeriesColumn = (typeof seriesColumns)[number];

/** One quantity, a number a bucket; null where nothing was recorded or it was no number. */
export interface SeriesValues {
  readonly mean: (number | null)[];
  readonly least: (number | null)[];
  readonly most: (number | null)[];
}

/** A phase's steps, reduced to buckets of equally many steps: least, mean and most in each. Plain JSON, bounded. */
export interface PhaseSeries {
  readonly iteration: number;
  readonly phase: PhaseKind;
  /** Steps that the phase will have. */
  readonly steps: number;
  /** Steps a bucket. Bucket i holds steps i * width + 1 to (i + 1) * width. */
  readonly width: number;
  /** How many steps each bucket holds so far. */
  readonly counts: number[];
  readonly values: Readonly<Record<SeriesColumn, SeriesValues>>;
}

/** A phase has no more buckets than this, give or take a phase that is longer than planned. */
export const mostBuckets = 1000;

/** An empty series for a phase. */
export function newPhaseSeries({ iteration, phase, steps }: PhasePlan, buckets = mostBuckets): PhaseSeries {
  const values = Object.fromEntries(seriesColumns.map((column) => [column, noValues()])) as Record<
    SeriesColumn,
    SeriesValues
  >;
  return { iteration, phase, steps, width: Math.max(1, Math.ceil(steps / buckets)), counts: [], values };
}

function noValues(): SeriesValues {
  return { mean: [], least: [], most: [] };
}

/** Puts a step into its bucket; changes the series. Steps come in order. */
export function addStep(series: PhaseSeries, event: StepEvent): void {
  const bucket = Math.floor((event.step - 1) / series.width);
  // Steps that were lost leave empty buckets, so that bucket i is always the same steps.
  while (series.counts.length <= bucket) {
    series.counts.push(0);
    for (const column of seriesColumns) {
      const { mean, least, most } = series.values[column];
      mean.push(null);
      least.push(null);
      most.push(null);
    }
  }
  series.counts[bucket]++;
  for (const column of seriesColumns) {
    addValue(series.values[column], bucket, series.counts[bucket], quantity(event, column));
  }
}

/** The last step of a bucket that is there, counted from 1 in its phase. */
export function bucketStep({ width, counts }: PhaseSeries, bucket: number): number {
  const full = bucket < counts.length - 1;
  return bucket * width + (full ? width : (counts[bucket] ?? 0));
}

function quantity(event: StepEvent, column: SeriesColumn): number {
  if (column !== 'tokensPerSecond') return event[column];
  return event.seconds > 0 ? event.tokens / event.seconds : NaN;
}

function addValue({ mean, least, most }: SeriesValues, i: number, count: number, value: number): void {
  if (!Number.isFinite(value)) return;
  const before = mean[i];
  mean[i] = before === null ? value : before + (value - before) / count;
  least[i] = Math.min(least[i] ?? Infinity, value);
  most[i] = Math.max(most[i] ?? -Infinity, value);
}
