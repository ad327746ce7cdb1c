import { hash32, hashFrom, hashStart } from '../random.ts';
import { type CountTable, sumRows } from './countTable.ts';
import { studentT } from './normalDistribution.ts';
import { meanAndDeviation, meanOf } from './systems.ts';

/** Resampling of seeds has random numbers of its own. */
const SEED_STREAM = 0x5eed;

/**
 * Where the random numbers of a mean over these seeds start. Taken from the figures, they are others in each test: a few numbers of
 * Student's t decide about small p-values, and the same few would make all tests of all tables too lenient, or too strict.
 */
function streamOf(figures: readonly number[]): number {
  const words = new Uint32Array(Float64Array.from(figures).buffer);
  return words.reduce((hash, word) => hash32(hash, word), SEED_STREAM);
}

/** A figure from the sums of one or more sets of units that are drawn apart (files); it may not keep the arrays. */
export type Figure = (sums: readonly Float64Array[]) => number;

/** The figure of each of `samples` resamples: of every set, as many units as it has, drawn with replacement. */
export function resampledFigures(
  sets: readonly CountTable[],
  figure: Figure,
  seed: number,
  samples: number,
): Float64Array {
  const sums = sets.map(({ width }) => new Float64Array(width));
  const figures = new Float64Array(samples);
  for (let sample = 0; sample < samples; sample++) {
    const start = hashStart(seed, sample);
    for (const [s, table] of sets.entries()) drawSums(table, sums[s], start, s);
    figures[sample] = figure(sums);
  }
  return figures;
}

/** The numbers are those of `uniform(seed, sample, draw, set)`. */
function drawSums({ units, width, rows }: CountTable, sums: Float64Array, start: number, set: number): void {
  sums.fill(0);
  for (let draw = 0; draw < units; draw++) {
    const row = Math.floor((hashFrom(start, draw, set) / 4294967296) * units) * width;
    for (let i = 0; i < width; i++) sums[i] += rows[row + i];
  }
}

/** Figures, one a seed, from the sums of sets of units; it may not keep the arrays. */
export type SeedFigures = (sums: readonly Float64Array[]) => number[];

/**
 * What each unit adds to each seed's figure (jackknife), scaled so that the squares' sum estimates the variance that comes of
 * the units: rows of one number a seed. Units without which there is no value add nothing.
 */
export function influences(sets: readonly CountTable[], seedFigures: SeedFigures): Float64Array[] {
  const sums = sets.map(sumRows);
  return sets.flatMap(({ units, width, rows }, s) => {
    const whole = sums[s];
    const without = new Float64Array(width);
    const others = sums.with(s, without);
    const figures = Array.from({ length: units }, (_, unit) => {
      for (let i = 0; i < width; i++) without[i] = whole[i] - rows[unit * width + i];
      return seedFigures(others);
    });
    const known = figures.filter((row) => row.every(Number.isFinite));
    const means = (known.at(0) ?? []).map((_, seed) => meanOf(known.map((row) => row[seed])));
    return known.map((row) =>
      Float64Array.from(row, (value, i) => ((units - 1) * (means[i] - value)) / units),
    );
  });
}

/**
 * Acceleration of a BCa interval (Efron 1987; several sets as in Davison and Hinkley 1997, 5.3.3). 0 where no unit matters.
 * @param rows of `influences`
 */
export function acceleration(rows: readonly Float64Array[]): number {
  let cubes = 0;
  let squares = 0;
  for (const row of rows) {
    const influence = meanOf([...row]);
    squares += influence ** 2;
    cubes += influence ** 3;
  }
  return squares > 0 ? cubes / (6 * squares ** 1.5) : 0;
}

/** How far a mean over seeds is uncertain because seeds differ, and how much of the units' noise comes on top. */
export interface SeedSpread {
  readonly seeds: number;
  /** Standard error of the mean over seeds; 0 with a single seed. */
  readonly error: number;
  /** The part of the units' noise that all seeds share, as a factor of deviations; what is a seed's own is in `error`. */
  readonly shared: number;
  /** Where its random numbers start. */
  readonly stream: number;
}

/** @param figures one a seed; @param rows of `influences`, of no use with a single seed */
export function seedSpread(figures: readonly number[], rows: readonly Float64Array[]): SeedSpread {
  const seeds = figures.length;
  if (seeds < 2) return { seeds, error: 0, shared: 1, stream: SEED_STREAM };
  let own = 0;
  let all = 0;
  for (const row of rows) {
    const mean = meanOf([...row]);
    all += mean ** 2;
    for (const value of row) own += (value - mean) ** 2 / (seeds - 1);
  }
  const shared = all > 0 ? Math.sqrt(Math.max(0, 1 - own / (seeds * all))) : 1;
  return {
    seeds,
    error: meanAndDeviation(figures).deviation / Math.sqrt(seeds),
    shared,
    stream: streamOf(figures),
  };
}

/**
 * A resample's deviation with the seeds resampled too. Seeds are few, and drawing three with replacement makes far too
 * narrow intervals; so they are taken for normal with an unknown deviation, and the mean moves by its standard error times
 * a number of Student's t with S - 1 degrees of freedom. Where only seeds differ, that is the t test over seeds; where the noise
 * that they share is as large, intervals are too wide rather than too narrow (with three seeds they cover up to 98 % and not 95),
 * and tests find fewer differences than they might.
 */
export function withSeeds(
  deviation: number,
  { seeds, error, shared, stream }: SeedSpread,
  seed: number,
  sample: number,
): number {
  if (seeds < 2) return deviation;
  return shared * deviation + error * studentT(seeds - 1, seed ^ stream, sample);
}
