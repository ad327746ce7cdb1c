import { countUpper, descend, type KeyPart, newKeyScratch } from './keyChunks.ts';

/** What choosing the k largest keys would give, without the choice itself. */
export interface RankCount {
  /** How many are chosen: k, or fewer where fewer have a key above 0. */
  readonly count: number;
  /** The smallest key that is chosen; 0 where none is. */
  readonly threshold: number;
  /** How many are chosen of each part. */
  readonly byPart: readonly number[];
}

/** Keys that are there as an array, of which a part is made. */
export type KeyArrays = readonly Uint32Array[];

/**
 * What `radixSelect` would choose for each k, to the last tie: the keys are gone through three times, however many sizes there are.
 */
export function rankCounts(arrays: KeyArrays, sizes: readonly number[]): RankCount[] {
  const upper = upperCounts(arrays);
  const wanted = sizes.map((k) => Math.min(k, upper.positive));
  const ranks = wanted.map((count) => (count === 0 ? undefined : descend(upper.all, count)));
  const bins = [...new Set(ranks.flatMap((rank) => (rank === undefined ? [] : [rank.bin])))];
  const lower = lowerCounts(arrays, bins);
  const found = ranks.map((rank) => {
    if (rank === undefined) return { threshold: 0, ties: 0 };
    const low = descend(lower.counts[bins.indexOf(rank.bin)], rank.rest);
    return { threshold: rank.bin * 0x10000 + low.bin, ties: low.rest };
  });
  const near = nearThresholds(
    arrays,
    found.map(({ threshold }) => threshold),
    lower.slots,
  );
  return found.map(({ threshold, ties }, n) => {
    let left = ties;
    const byPart = arrays.map((_, part) => {
      if (threshold === 0) return 0;
      const equal = Math.min(left, near.equal[n][part]);
      left -= equal;
      return upper.above(part, threshold >>> 16) + near.above[n][part] + equal;
    });
    return { count: wanted[n], threshold, byPart };
  });
}

/** Keys by their upper 16 bits: of all arrays, and of each one those above a bin. */
function upperCounts(arrays: KeyArrays): {
  readonly all: Uint32Array;
  readonly positive: number;
  readonly above: (part: number, bin: number) => number;
} {
  const scratch = newKeyScratch();
  const all = new Uint32Array(scratch.upper.length);
  let positive = 0;
  const parts = arrays.map((keys) => {
    positive += keys.length - countUpper([arrayPart(keys)], scratch);
    // The bins in use are few, and there are hundreds of arrays.
    const first = scratch.upper.findIndex((count) => count > 0);
    const end = first < 0 ? 0 : scratch.upper.findLastIndex((count) => count > 0) + 1;
    const counts = scratch.upper.slice(Math.max(0, first), end);
    counts.forEach((count, i) => (all[first + i] += count));
    return { first, counts };
  });
  const above = (part: number, bin: number): number => {
    const { first, counts } = parts[part];
    let sum = 0;
    for (let i = Math.max(0, bin + 1 - first); i < counts.length; i++) sum += counts[i];
    return sum;
  };
  return { all, positive, above };
}

/** Keys of these bins by their lower 16 bits, and which of the bins one is (-1: none). Keys of 0 are left out. */
function lowerCounts(
  arrays: KeyArrays,
  bins: readonly number[],
): { readonly counts: readonly Uint32Array[]; readonly slots: Int32Array } {
  const slots = new Int32Array(0x8000).fill(-1);
  bins.forEach((bin, slot) => (slots[bin] = slot));
  const counts = new Uint32Array(bins.length * 0x10000);
  for (const keys of arrays) {
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i];
      const slot = slots[key >>> 16];
      if (slot >= 0 && key > 0) counts[slot * 0x10000 + (key & 0xffff)]++;
    }
  }
  return { counts: bins.map((_, i) => counts.subarray(i * 0x10000, (i + 1) * 0x10000)), slots };
}

/** Of each threshold and array: keys in the threshold's bin that are above it, and those that equal it. */
function nearThresholds(
  arrays: KeyArrays,
  thresholds: readonly number[],
  slots: Int32Array,
): { readonly above: readonly Uint32Array[]; readonly equal: readonly Uint32Array[] } {
  const above = thresholds.map(() => new Uint32Array(arrays.length));
  const equal = thresholds.map(() => new Uint32Array(arrays.length));
  const ofSlot = new Map<number, number[]>();
  thresholds.forEach((threshold, n) => {
    const slot = slots[threshold >>> 16];
    if (threshold > 0) ofSlot.set(slot, [...(ofSlot.get(slot) ?? []), n]);
  });
  const bySlot = Array.from({ length: ofSlot.size }, (_, slot) => ofSlot.get(slot) ?? []);
  arrays.forEach((keys, part) => {
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i];
      const slot = slots[key >>> 16];
      if (slot < 0) continue;
      for (const n of bySlot[slot]) {
        if (key > thresholds[n]) above[n][part]++;
        else if (key === thresholds[n]) equal[n][part]++;
      }
    }
  });
  return { above, equal };
}

/** A part whose keys are there. */
export function arrayPart(keys: Uint32Array): KeyPart {
  return {
    size: keys.length,
    fill(from, count, scratch) {
      scratch.keys.set(keys.subarray(from, from + count));
    },
  };
}
