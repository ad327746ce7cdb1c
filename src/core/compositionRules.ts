/**
 * How entries that several SFTs have are put together. `sum`: all are added. `signAgreement`: the sign is elected by the sum of
 * c * value, and only the values of that sign are added (as TIES-merging elects; where the sum is 0, none is).
 * `priority`: the first SFT that has the entry keeps it, and the others' values of it are left out.
 */
export const compositionRules = ['sum', 'signAgreement', 'priority'] as const;
export type CompositionRule = (typeof compositionRules)[number];

/** What a rule makes of an entry that two SFTs have, of the first one's c * value and the second one's. */
export function pairByRule(rule: CompositionRule, first: number, second: number): number {
  if (rule === 'priority') return first;
  const sum = first + second;
  if (rule === 'sum') return sum;
  if (sum > 0) return Math.max(first, 0) + Math.max(second, 0);
  if (sum < 0) return Math.min(first, 0) + Math.min(second, 0);
  return first === 0 ? sum : -0;
}

/** The entries that one SFT has of one parameter, and what they are multiplied by. */
export interface ScaledEntries {
  readonly indices: Uint32Array;
  readonly values: Float32Array;
  readonly coefficient: number;
}

/** Positions that are added up together: 4,096 doubles fit a first-level cache. */
export const BLOCK_SIZE = 4096;

/** Blocks start at multiples of their size, so that these bits of an index are its position within its block. */
export const WITHIN_BLOCK = BLOCK_SIZE - 1;

/** Adds the entries of a block up, in double and in the parts' order. */
export interface BlockSums {
  /** By position in the block. Minus zero where there is nothing, since x + -0 is x for every x. */
  readonly sums: Float64Array;
  /** Adds entries `from[t]` to `to[t]` of each part, which lie in one block. `sums` must have been cleared. */
  readonly add: (parts: readonly ScaledEntries[], from: Int32Array, to: Int32Array) => void;
}

/** A place to add blocks up by a rule. */
export function newBlockSums(rule: CompositionRule): BlockSums {
  return makers[rule]();
}

const makers: Readonly<Record<CompositionRule, () => BlockSums>> = {
  sum() {
    const sums = newSums();
    return {
      sums,
      add(parts, from, to) {
        for (let t = 0; t < parts.length; t++) accumulate(sums, parts[t], from[t], to[t]);
      },
    };
  },
  signAgreement() {
    const sums = newSums();
    const election = newSums();
    return {
      sums,
      add(parts, from, to) {
        for (let t = 0; t < parts.length; t++) accumulate(election, parts[t], from[t], to[t]);
        for (let t = 0; t < parts.length; t++) addAgreeing(sums, election, parts[t], from[t], to[t]);
        for (let t = 0; t < parts.length; t++) clear(election, parts[t].indices, from[t], to[t]);
      },
    };
  },
  priority() {
    const sums = newSums();
    const taken = new Uint8Array(BLOCK_SIZE);
    return {
      sums,
      add(parts, from, to) {
        for (let t = 0; t < parts.length; t++) addUntaken(sums, taken, parts[t], from[t], to[t]);
        taken.fill(0);
      },
    };
  },
};

/** Makes a block's sums empty again at these entries. */
export function clear(sums: Float64Array, indices: Uint32Array, from: number, to: number): void {
  for (let k = from; k < to; k++) sums[indices[k] & WITHIN_BLOCK] = -0;
}

function newSums(): Float64Array {
  return new Float64Array(BLOCK_SIZE).fill(-0);
}

function accumulate(
  sums: Float64Array,
  { indices, values, coefficient }: ScaledEntries,
  from: number,
  to: number,
): void {
  for (let k = from; k < to; k++) sums[indices[k] & WITHIN_BLOCK] += coefficient * values[k];
}

/** The value where it has the elected sign, else 0; without a branch on a sign, which no processor can foresee. */
function addAgreeing(
  sums: Float64Array,
  election: Float64Array,
  { indices, values, coefficient }: ScaledEntries,
  from: number,
  to: number,
): void {
  for (let k = from; k < to; k++) {
    const at = indices[k] & WITHIN_BLOCK;
    const elected = election[at];
    const value = coefficient * values[k];
    if (elected === 0) {
      // Zeros stay zeros: an entry that one SFT has alone is p0 + value to the last bit, whatever its sign.
      if (value === 0) sums[at] += value;
      continue;
    }
    sums[at] += 0.5 * (value + Math.abs(value) * (elected / Math.abs(elected)));
  }
}

function addUntaken(
  sums: Float64Array,
  taken: Uint8Array,
  { indices, values, coefficient }: ScaledEntries,
  from: number,
  to: number,
): void {
  for (let k = from; k < to; k++) {
    const at = indices[k] & WITHIN_BLOCK;
    if (taken[at] !== 0) continue;
    taken[at] = 1;
    sums[at] += coefficient * values[k];
  }
}
