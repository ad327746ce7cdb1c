import { lowerBound } from './search.ts';
import type { SparseDiff } from './sft.ts';

/** The entries that two SFTs have in common, in one parameter or several. */
export interface Overlap {
  /** Number of entries of both; of these, where both values have the same sign, and where they have opposite ones. */
  readonly both: number;
  readonly equal: number;
  readonly opposite: number;
  /** Over the entries of both: sum of a * b, of a^2 and of b^2. */
  readonly dot: number;
  readonly squaresA: number;
  readonly squaresB: number;
}

/** Entries of one SFT in one parameter or several, and their energy: the sum of value^2. */
export interface Extent {
  readonly entries: number;
  readonly energy: number;
}

type Entries = Pick<SparseDiff, 'indices' | 'values'>;

/** Counts, over one parameter of several SFTs, what each pair has in common; entries come window by window. */
export interface PairCounter {
  /** Entries with indices in [start, end), one for each SFT. Windows must not overlap. */
  add(start: number, end: number, parts: readonly Entries[]): void;
  /** By SFT. */
  extents(): readonly Extent[];
  /** By pair, in the order of `pairsOf`. */
  overlaps(): readonly Overlap[];
}

/** Pairs of n things: 0-1, 0-2, ..., 1-2, ... */
export function pairsOf(n: number): readonly (readonly [number, number])[] {
  const pairs: [number, number][] = [];
  for (let a = 0; a < n; a++) for (let b = a + 1; b < n; b++) pairs.push([a, b]);
  return pairs;
}

/** Positions that are held side by side: their values of all SFTs fit a second-level cache. */
const blockSize = 1 << 15;

/**
 * A counter for so many SFTs. Each block of positions is written out once a SFT, NaN where it has no entry; a pair then walks
 * the entries of one and looks the other up. So n SFTs are spread n times and not once for each pair, and a step has no branch
 * but a rare one.
 */
export function newPairCounter(sfts: number): PairCounter {
  const spread = Array.from({ length: sfts }, () => new Float32Array(blockSize).fill(NaN));
  const pairs = pairsOf(sfts);
  const extents = spread.map(() => ({ entries: 0, energy: 0 }));
  const overlaps = pairs.map(() => ({ both: 0, equal: 0, opposite: 0, dot: 0, squaresA: 0, squaresB: 0 }));

  const addBlock = (start: number, parts: readonly Entries[]): void => {
    parts.forEach((part, s) => spreadOut(part, start, spread[s], extents[s]));
    pairs.forEach(([a, b], p) => {
      if (parts[a].indices.length <= parts[b].indices.length) meet(parts[a], start, spread[b], overlaps[p]);
      else meet(parts[b], start, spread[a], overlaps[p], true);
    });
    parts.forEach(({ indices }, s) => {
      for (let i = 0; i < indices.length; i++) spread[s][indices[i] - start] = NaN;
    });
  };

  return {
    add(start, end, parts) {
      for (let from = start; from < end; from += blockSize) {
        const to = Math.min(end, from + blockSize);
        addBlock(
          from,
          parts.map((part) => between(part, from, to)),
        );
      }
    },
    extents: () => extents,
    overlaps: () => overlaps,
  };
}

/** The entries with indices in [from, to). */
function between({ indices, values }: Entries, from: number, to: number): Entries {
  const [first, last] = [lowerBound(indices, from), lowerBound(indices, to)];
  return { indices: indices.subarray(first, last), values: values.subarray(first, last) };
}

function spreadOut(
  { indices, values }: Entries,
  start: number,
  dense: Float32Array,
  extent: { entries: number; energy: number },
): void {
  let energy = 0;
  for (let i = 0; i < indices.length; i++) {
    const value = values[i];
    dense[indices[i] - start] = value;
    energy += value * value;
  }
  extent.entries += indices.length;
  extent.energy += energy;
}

function meet(
  { indices, values }: Entries,
  start: number,
  other: Float32Array,
  sum: { -readonly [Name in keyof Overlap]: number },
  swapped = false,
): void {
  let [both, equal, opposite, dot, squares, otherSquares] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < indices.length; i++) {
    const theirs = other[indices[i] - start];
    if (Number.isNaN(theirs)) continue;
    const ours = values[i];
    const product = ours * theirs;
    both++;
    if (product > 0) equal++;
    else if (product < 0) opposite++;
    dot += product;
    squares += ours * ours;
    otherSquares += theirs * theirs;
  }
  sum.both += both;
  sum.equal += equal;
  sum.opposite += opposite;
  sum.dot += dot;
  sum.squaresA += swapped ? otherSquares : squares;
  sum.squaresB += swapped ? squares : otherSquares;
}
