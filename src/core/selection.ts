import type { Mask } from './mask.ts';
import { changePart, clearKeys, keyAsFloat, type KeyPart } from './keyChunks.ts';
import { radixSelect } from './radixSelect.ts';
import { hash32 } from './random.ts';
import { lowerBound } from './search.ts';

/** A maskable parameter as selection sees it after the full phase. */
export interface Candidate {
  readonly name: string;
  /** Entries of the whole parameter. */
  readonly size: number;
  /** p and p0: of the whole parameter, or of `rows` alone where all other rows are as they were. */
  readonly values: Float32Array;
  readonly originals: Float32Array;
  readonly rows?: { readonly indices: ArrayLike<number>; readonly width: number };
}

export interface ChosenEntries {
  /** Has an array for each candidate, which may be empty. */
  readonly mask: Mask;
  /** How many were chosen: fewer than asked where fewer have moved. */
  readonly count: number;
  /** The smallest |p - p0| that was chosen (0 for a random choice). */
  readonly threshold: number;
}

/**
 * The k entries with the largest |p - p0| over all candidates together, of those not in `taken` (section 3 of the paper).
 * Exactly k, equal changes in the order of candidates and indices; an entry that has not moved is never chosen.
 */
export function selectLottery(
  candidates: readonly Candidate[],
  k: number,
  taken: Mask = new Map(),
): ChosenEntries {
  const parts = candidates.map((candidate): KeyPart => changes(candidate, taken));
  const { mask, count, threshold } = choose(candidates, parts, k);
  candidates.forEach(({ name, rows }) => {
    const compact = mask.get(name);
    if (rows !== undefined && compact !== undefined)
      mask.set(
        name,
        compact.map((i) => toFlat(i, rows)),
      );
  });
  return { mask, count, threshold: keyAsFloat(threshold) };
}

/** k entries chosen uniformly over all candidates together, of those not in `taken`. */
export function selectRandom(
  candidates: readonly Pick<Candidate, 'name' | 'size'>[],
  k: number,
  seed: number,
  taken: Mask = new Map(),
): ChosenEntries {
  const parts = candidates.map(({ name, size }, i): KeyPart =>
    randomKeys(hash32(seed, i), size, taken.get(name)),
  );
  return { ...choose(candidates, parts, k), threshold: 0 };
}

/** In every tensor, as many random entries as the lottery would choose in it: the fair control of its choice. */
export function selectRandomPerTensor(
  candidates: readonly Candidate[],
  k: number,
  seed: number,
  taken: Mask = new Map(),
): ChosenEntries {
  const lottery = selectLottery(candidates, k, taken);
  const counts = candidates.map(({ name }) => lottery.mask.get(name)?.length ?? 0);
  return { mask: selectRandomly(candidates, counts, seed, taken), count: lottery.count, threshold: 0 };
}

/** So many random entries of each tensor, of those not in `taken`. */
export function selectRandomly(
  tensors: readonly Pick<Candidate, 'name' | 'size'>[],
  counts: readonly number[],
  seed: number,
  taken: Mask = new Map(),
): Mask {
  const mask = new Map<string, Uint32Array>();
  tensors.forEach((tensor, i) => {
    const chosen = selectRandom([tensor], counts[i], hash32(seed, i), taken);
    mask.set(tensor.name, chosen.mask.get(tensor.name) ?? new Uint32Array(0));
  });
  return mask;
}

function choose(candidates: readonly Pick<Candidate, 'name'>[], parts: readonly KeyPart[], k: number) {
  const { count, threshold, chosen } = radixSelect(parts, k);
  const mask = new Map(candidates.map(({ name }, i) => [name, chosen[i]] as const));
  return { mask, count, threshold };
}

function changes({ name, values, originals, rows }: Candidate, taken: Mask): KeyPart {
  const flat = taken.get(name);
  const excluded = rows === undefined ? flat : flat?.map((i) => toCompact(i, rows));
  return changePart(values, originals, excluded);
}

function randomKeys(seed: number, size: number, excluded: Uint32Array | undefined): KeyPart {
  return {
    size,
    fill(from, count, { keys }) {
      for (let i = 0; i < count; i++) keys[i] = (hash32(seed, from + i) >>> 1) | 1;
      clearKeys(excluded, from, count, keys);
    },
  };
}

type Rows = NonNullable<Candidate['rows']>;

function toFlat(compact: number, { indices, width }: Rows): number {
  return indices[Math.floor(compact / width)] * width + (compact % width);
}

function toCompact(flat: number, { indices, width }: Rows): number {
  return lowerBound(indices, Math.floor(flat / width)) * width + (flat % width);
}
