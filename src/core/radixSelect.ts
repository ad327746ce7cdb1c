import { countUpper, descend, forEachChunk, newKeyScratch, type KeyPart } from './keyChunks.ts';

export interface KeySelection {
  /** How many are chosen: k, or fewer where fewer have a key above 0. */
  readonly count: number;
  /** The smallest key that is chosen. */
  readonly threshold: number;
  /** Ascending elements of each part. */
  readonly chosen: readonly Uint32Array[];
}

/**
 * The k largest keys of all parts together, by counting on the upper and then on the lower 16 bits: O(size), no copy of all keys.
 * Exactly k are chosen; equal keys are told apart by position, first ones first.
 */
export function radixSelect(parts: readonly KeyPart[], k: number): KeySelection {
  const scratch = newKeyScratch();
  const { kernels, keys, found, upper, lower } = scratch;
  const elements = parts.reduce((sum, { size }) => sum + size, 0);
  const positive = elements - countUpper(parts, scratch);
  const count = Math.min(k, positive);
  if (count === 0) return { count, threshold: 0, chosen: parts.map(() => new Uint32Array(0)) };
  const high = descend(upper, count);
  const least = Math.max(1, high.bin * 0x10000);

  // What is above the bin is chosen, what is in it may be: a second look at the keys finds both.
  const near = parts.map((part) => {
    const list = newList();
    forEachChunk(part, scratch, (start, length) => {
      const more = kernels.collectKeys(keys.byteOffset, length, least, found.byteOffset);
      append(list, start, found.subarray(0, more), keys);
    });
    return list;
  });
  for (const list of near) {
    for (let i = 0; i < list.length; i++) {
      const key = list.keys[i];
      if (key >>> 16 === high.bin) lower[key & 0xffff]++;
    }
  }
  const low = descend(lower, high.rest);
  const threshold = high.bin * 0x10000 + low.bin;
  const ties = { left: low.rest };
  return { count, threshold, chosen: near.map((list) => filter(list, threshold, ties)) };
}

interface List {
  elements: Uint32Array;
  keys: Uint32Array;
  length: number;
}

function newList(): List {
  return { elements: new Uint32Array(1024), keys: new Uint32Array(1024), length: 0 };
}

/** Appends the elements at `positions` of a chunk that begins at `start`. */
function append(list: List, start: number, positions: Uint32Array, keys: Uint32Array): void {
  const needed = list.length + positions.length;
  if (list.elements.length < needed) {
    list.elements = longer(list.elements, needed);
    list.keys = longer(list.keys, needed);
  }
  for (let i = 0, at = list.length; i < positions.length; i++, at++) {
    list.elements[at] = start + positions[i];
    list.keys[at] = keys[positions[i]];
  }
  list.length = needed;
}

function longer(array: Uint32Array, least: number): Uint32Array {
  const larger = new Uint32Array(Math.max(least, 2 * array.length));
  larger.set(array);
  return larger;
}

/** Elements above the threshold, and those at it while there are ties left. */
function filter({ elements, keys, length }: List, threshold: number, ties: { left: number }): Uint32Array {
  let kept = 0;
  for (let i = 0; i < length; i++) {
    if (keys[i] < threshold || (keys[i] === threshold && ties.left-- <= 0)) continue;
    elements[kept++] = elements[i];
  }
  return elements.slice(0, kept);
}
