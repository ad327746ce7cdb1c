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
  /** The loss of each source, where there are several; absent in a run of an older version. */
  readonly sources?: Record<string, SourceLosses>;
}

/** Mean loss of a source in each bucket, and of how many steps; null where it had none. */
export interface SourceLosses {
  readonly counts: number[];
  readonly mean: (number | null)[];
}

/** More sources than this have no curves of their own. */
const mostSources = 40;

/** A phase has no more buckets than this, give or take a phase that is longer than planned. */
export const mostBuckets = 1000;

/** An empty series for a phase. */
export function newPhaseSeries({ iteration, phase, steps }: PhasePlan, buckets = mostBuckets): PhaseSeries {
  const values = Object.fromEntries(seriesColumns.map((column) => [column, noValues()])) as Record<
    SeriesColumn,
    SeriesValues
  >;
  return {
    iteration,
    phase,
    steps,
    width: Math.max(1, Math.ceil(steps / buckets)),
    counts: [],
    values,
    sources: {},
  };
}

function noValues(): SeriesValues {
  return { mean: [], least: [], most: [] };
}

/** Puts a step into its bucket; changes the series. Steps come in order. `seconds`: those of its own in which the machine was awake. */
export function addStep(series: PhaseSeries, event: StepEvent, seconds = event.seconds): void {
  const bucket = Math.floor((event.step - 1) / series.width);
  // Steps that were lost leave empty buckets, so that bucket i is always the same steps.
  while (series.counts.length < bucket) addBucket(series, () => null);
  const valueOf = (column: SeriesColumn) => finite(quantity(event, seconds, column));
  if (series.counts.length === bucket) addBucket(series, valueOf);
  const count = ++series.counts[bucket];
  if (count > 1)
    for (const column of seriesColumns) addValue(series.values[column], bucket, count, valueOf(column));
  for (const [name, loss] of Object.entries(event.lossBySource ?? {})) addLoss(series, name, bucket, loss);
}

/** Adds a bucket with these values: arrays into which nothing but numbers was ever put take half of the memory. */
function addBucket({ counts, values }: PhaseSeries, valueOf: (column: SeriesColumn) => number | null): void {
  counts.push(0);
  for (const column of seriesColumns) {
    const value = valueOf(column);
    const { mean, least, most } = values[column];
    for (const array of [mean, least, most]) array.push(value);
  }
}

function addLoss({ sources = {} }: PhaseSeries, name: string, bucket: number, loss: number): void {
  if (!Object.hasOwn(sources, name)) {
    if (Object.keys(sources).length >= mostSources) return;
    sources[name] = { counts: [], mean: [] };
  }
  const { counts, mean } = sources[name];
  while (counts.length <= bucket) {
    counts.push(0);
    mean.push(null);
  }
  counts[bucket]++;
  const before = mean[bucket];
  if (Number.isFinite(loss))
    mean[bucket] = before === null ? loss : before + (loss - before) / counts[bucket];
}

/** The last step of a bucket that is there, counted from 1 in its phase. */
export function bucketStep({ width, counts }: PhaseSeries, bucket: number): number {
  const full = bucket < counts.length - 1;
  return bucket * width + (full ? width : (counts[bucket] ?? 0));
}

function quantity(event: StepEvent, seconds: number, column: SeriesColumn): number {
  if (column !== 'tokensPerSecond') return event[column];
  return seconds > 0 ? event.tokens / seconds : NaN;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function addValue({ mean, least, most }: SeriesValues, i: number, count: number, value: number | null): void {
  if (value === null) return;
  const before = mean[i];
  mean[i] = before === null ? value : before + (value - before) / count;
  least[i] = Math.min(least[i] ?? Infinity, value);
  most[i] = Math.max(most[i] ?? -Infinity, value);
}
