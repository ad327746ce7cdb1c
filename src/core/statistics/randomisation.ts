import { hash32 } from '../random.ts';
import { type CountTable, sumRows } from './countTable.ts';
import { pairedFigures, pairedSets, pairsOf } from './intervals.ts';
import { influences, seedSpread, withSeeds } from './resampling.ts';
import { meanOf, ofSeed, type Score, type SystemCounts } from './systems.ts';

export interface PairedTest {
  /** Figure of ours minus that of the other: means over seeds of means over files. */
  readonly difference: number;
  /** Two-sided; NaN where there is no difference to speak of (no unit with a value). */
  readonly p: number;
  readonly resamples: number;
}

export interface RandomisationOptions {
  readonly seed: number;
  readonly resamples?: number;
  /** How much each file counts in the mean; alike unless given. */
  readonly weights?: readonly number[] | undefined;
}

/** How many resamples a test of a family of so many needs, so that its p-values stay fine enough after Holm. */
export function resamplesFor(comparisons: number): number {
  return Math.max(10_000, 400 * comparisons);
}

/**
 * Paired approximate randomisation (Noreen 1989): were both systems alike, each unit's counts could as well be the other's.
 * So they are swapped at random, R times, and p = (b + 1) / (R + 1), where b times the difference was at least as large as
 * the one that was found. Works for every metric that is a function of summed counts: accuracy, micro and macro F1, span F1.
 *
 * With several seeds a unit is swapped in all of them at once, and seeds are resampled too (`withSeeds`), so that it is
 * about the ways of training; with one it is about these two models. Several files (languages) are swapped apart.
 * @throws RangeError for other files, units or seeds
 */
export function pairedRandomisation(
  ours: SystemCounts,
  other: SystemCounts,
  score: Score,
  { seed, resamples = resamplesFor(1), weights }: RandomisationOptions,
): PairedTest {
  const pairs = pairsOf(ours, other);
  const swaps = ours.flatMap((seeds, file) =>
    Array.from({ length: pairs }, (_, s) => newSwap(ofSeed(seeds, s), ofSeed(other[file], s), file, score)),
  );
  const bySeed = Array.from({ length: pairs }, (_, s) =>
    meanOf(
      swaps.filter((__, i) => i % pairs === s).map(({ found }) => found),
      weights,
    ),
  );
  const difference = meanOf(bySeed);
  if (Number.isNaN(difference)) return { difference, p: Number.NaN, resamples };
  const rows =
    pairs > 1 ? influences(pairedSets(ours, other), pairedFigures(ours, other, score, weights)) : [];
  const spread = seedSpread(bySeed, rows);
  const swapWeights = weights?.flatMap((weight) => Array.from({ length: pairs }, () => weight));
  // Sums of the same numbers in another order differ in their last bits.
  const least = Math.abs(difference) * (1 - 1e-12);
  let asLarge = 0;
  for (let draw = 0; draw < resamples; draw++) {
    const swapped = meanOf(
      swaps.map((swap) => swap.swapped(seed, draw)),
      swapWeights,
    );
    const drawn = withSeeds(swapped, spread, seed, draw);
    if (!(Math.abs(drawn) < least)) asLarge++;
  }
  return { difference, p: (asLarge + 1) / (resamples + 1), resamples };
}

interface Swap {
  /** The difference as it is. */
  readonly found: number;
  /** The difference after swapping each unit or not, as the coordinates decide. */
  swapped(seed: number, draw: number): number;
}

/** One file and one pair of seeds. Kept are half-differences, other than 0, of units: swapping changes their sign. */
function newSwap(ours: CountTable, other: CountTable, file: number, score: Score): Swap {
  const { units, width } = ours;
  if (other.units !== units || other.width !== width) {
    throw new RangeError(`${units} x ${width} counts beside ${other.units} x ${other.width}`);
  }
  const entryUnits: number[] = [];
  const columns: number[] = [];
  const halves: number[] = [];
  for (let unit = 0, at = 0; unit < units; unit++) {
    for (let column = 0; column < width; column++, at++) {
      const half = (ours.rows[at] - other.rows[at]) / 2;
      if (half === 0) continue;
      entryUnits.push(unit);
      columns.push(column);
      halves.push(half);
    }
  }
  const [a, b] = [sumRows(ours), sumRows(other)];
  const middle = a.map((sum, i) => (sum + b[i]) / 2);
  const entries = {
    units: Int32Array.from(entryUnits),
    columns: Int32Array.from(columns),
    halves: Float64Array.from(halves),
  };
  const signed = new Float64Array(width);
  return {
    found: score(a) - score(b),
    swapped(seed, draw) {
      addSigned(entries, signed, seed, draw, file);
      for (let i = 0; i < width; i++) a[i] = middle[i] + signed[i];
      for (let i = 0; i < width; i++) b[i] = middle[i] - signed[i];
      return score(a) - score(b);
    },
  };
}

function addSigned(
  { units, columns, halves }: { units: Int32Array; columns: Int32Array; halves: Float64Array },
  sums: Float64Array,
  seed: number,
  draw: number,
  file: number,
): void {
  sums.fill(0);
  let block = -1;
  let bits = 0;
  for (let k = 0; k < units.length; k++) {
    const unit = units[k];
    if (unit >>> 5 !== block) {
      block = unit >>> 5;
      bits = hash32(seed, draw, block, file);
    }
    sums[columns[k]] += (bits >>> (unit & 31)) & 1 ? halves[k] : -halves[k];
  }
}
