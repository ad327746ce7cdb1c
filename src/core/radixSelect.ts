/** Elements whose keys are ranked, in one numbering 0..size-1. */
export interface KeySource {
  readonly size: number;
  /** Writes the keys (unsigned 31 bits) of elements start..start+count-1 to out[0..count-1]. A key of 0 is never chosen. */
  keys(start: number, count: number, out: Uint32Array): void;
}

export interface Selection {
  /** How many are chosen: k, or fewer where fewer have a key above 0. */
  readonly count: number;
  /** Elements with a key above the threshold are chosen; of those that have it, the first `ties`. */
  readonly threshold: number;
  readonly ties: number;
}

const CHUNK = 1 << 16;

/**
 * The k largest keys by two passes of counting, on the upper and on the lower 16 bits: O(size), no copy.
 * Exactly k are chosen; equal keys are told apart by position, first ones first.
 */
export function radixSelect(source: KeySource, k: number): Selection {
  const upper = new Float64Array(1 << 15);
  let positive = 0;
  forEachChunk(source, (keys, count) => {
    for (let i = 0; i < count; i++) {
      if (keys[i] === 0) continue;
      positive++;
      upper[keys[i] >>> 16]++;
    }
  });
  const count = Math.min(k, positive);
  if (count === 0) return { count, threshold: 0, ties: 0 };
  const high = descend(upper, count);
  const lower = new Float64Array(1 << 16);
  forEachChunk(source, (keys, length) => {
    for (let i = 0; i < length; i++) {
      if (keys[i] !== 0 && keys[i] >>> 16 === high.bin) lower[keys[i] & 0xffff]++;
    }
  });
  const low = descend(lower, high.rest);
  return { count, threshold: high.bin * 0x10000 + low.bin, ties: low.rest };
}

/** Ascending elements of a selection within [start, end); the number of ties already taken goes on in `taken`. */
export function selectedIn(
  source: KeySource,
  selection: Selection,
  [start, end]: readonly [number, number],
  taken: { ties: number },
): Uint32Array {
  const { threshold, ties } = selection;
  if (selection.count === 0) return new Uint32Array(0);
  let found = new Uint32Array(1024);
  let length = 0;
  const keys = new Uint32Array(CHUNK);
  for (let at = start; at < end; at += CHUNK) {
    const count = Math.min(CHUNK, end - at);
    source.keys(at, count, keys);
    if (found.length < length + count) found = grow(found, length + count);
    for (let i = 0; i < count; i++) {
      const key = keys[i];
      if (key < threshold || key === 0) continue;
      if (key === threshold && taken.ties++ >= ties) continue;
      found[length++] = at + i - start;
    }
  }
  return found.slice(0, length);
}

/** The bin, from the top, in which the k-th largest lies, and how many of that bin are wanted. */
function descend(counts: Float64Array, k: number): { bin: number; rest: number } {
  let rest = k;
  for (let bin = counts.length - 1; bin >= 0; bin--) {
    if (counts[bin] >= rest) return { bin, rest };
    rest -= counts[bin];
  }
  throw new Error('Fewer keys than were counted.');
}

function forEachChunk(source: KeySource, visit: (keys: Uint32Array, count: number) => void): void {
  const keys = new Uint32Array(CHUNK);
  for (let start = 0; start < source.size; start += CHUNK) {
    const count = Math.min(CHUNK, source.size - start);
    source.keys(start, count, keys);
    visit(keys, count);
  }
}

function grow(array: Uint32Array, least: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(Math.max(least, 2 * array.length));
  larger.set(array);
  return larger;
}
