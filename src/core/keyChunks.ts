import { alignedBytes, newKernelMemory, type KernelMemory } from './kernelMemory.ts';
import { lowerBound } from './search.ts';

/** Elements whose keys are ranked: a part of the whole. */
export interface KeyPart {
  readonly size: number;
  /** Writes the keys (unsigned 31 bits) of elements from..from+count-1 to `scratch.keys`. A key of 0 is never chosen. */
  fill(from: number, count: number, scratch: KeyScratch): void;
}

/** Arrays in memory of the kernels, for a chunk of elements. */
export interface KeyScratch {
  readonly kernels: KernelMemory['kernels'];
  readonly keys: Uint32Array;
  /** Room for a part's own work. */
  readonly a: Float32Array;
  readonly b: Float32Array;
  /** Room for the caller's results of a chunk. */
  readonly found: Uint32Array;
  /** A count for each value of the keys' upper 16 bits. */
  readonly upper: Uint32Array;
  /** And of their lower 16 bits. */
  readonly lower: Uint32Array;
}

/** Elements a chunk, a multiple of 32. */
export const KEY_CHUNK = 1 << 14;
const UPPER_BINS = 1 << 15;
const LOWER_BINS = 1 << 16;

export function newKeyScratch(): KeyScratch {
  const bytes = 4 * alignedBytes(KEY_CHUNK) + alignedBytes(UPPER_BINS) + alignedBytes(LOWER_BINS);
  const memory = newKernelMemory(bytes, false);
  return {
    kernels: memory.kernels,
    keys: memory.integers(KEY_CHUNK),
    a: memory.floats(KEY_CHUNK),
    b: memory.floats(KEY_CHUNK),
    found: memory.integers(KEY_CHUNK),
    upper: memory.integers(UPPER_BINS),
    lower: memory.integers(LOWER_BINS),
  };
}

/** Fills the keys of a part chunk by chunk. */
export function forEachChunk(
  part: KeyPart,
  scratch: KeyScratch,
  visit: (start: number, count: number) => void,
): void {
  for (let start = 0; start < part.size; start += KEY_CHUNK) {
    const count = Math.min(KEY_CHUNK, part.size - start);
    part.fill(start, count, scratch);
    visit(start, count);
  }
}

/** Keys of the changes of whole arrays, those of the `excluded` elements (ascending) aside. */
export function changePart(values: Float32Array, originals: Float32Array, excluded?: Uint32Array): KeyPart {
  return {
    size: values.length,
    fill(from, count, scratch) {
      scratch.a.set(values.subarray(from, from + count));
      scratch.b.set(originals.subarray(from, from + count));
      fillChanges(scratch, count);
      clearKeys(excluded, from, count, scratch.keys);
    },
  };
}

/** Counts all keys by their upper 16 bits, in `upper`; gives how many keys are 0. */
export function countUpper(parts: readonly KeyPart[], scratch: KeyScratch): number {
  const { kernels, keys, upper } = scratch;
  upper.fill(0);
  let zeros = 0;
  for (const part of parts) {
    forEachChunk(part, scratch, (_, count) => {
      zeros += kernels.countKeys(keys.byteOffset, count, upper.byteOffset);
    });
  }
  return zeros;
}

/** Keys from what stands in `a` and `b`: the bits of |a - b| as f32, which sort as the numbers do. */
export function fillChanges({ kernels, keys, a, b }: KeyScratch, count: number): void {
  kernels.changeBits(a.byteOffset, b.byteOffset, keys.byteOffset, count);
}

/** Makes the keys of these elements (ascending) 0 in a chunk: they are out of the question. */
export function clearKeys(
  indices: Uint32Array | undefined,
  from: number,
  count: number,
  keys: Uint32Array,
): void {
  if (indices === undefined) return;
  for (let i = lowerBound(indices, from); i < indices.length && indices[i] < from + count; i++) {
    keys[indices[i] - from] = 0;
  }
}

/** The bin, from the top, in which the k-th largest lies, and how many of that bin are wanted. */
export function descend(counts: Uint32Array, k: number): { bin: number; rest: number } {
  let rest = k;
  for (let bin = counts.length - 1; bin >= 0; bin--) {
    if (counts[bin] >= rest) return { bin, rest };
    rest -= counts[bin];
  }
  throw new Error('Fewer keys than were counted.');
}

/** The number whose bits a key is. */
export function keyAsFloat(key: number): number {
  return new Float32Array(Uint32Array.of(key).buffer)[0];
}
