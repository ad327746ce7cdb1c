import { changePart, clearKeys, fillChanges, type KeyPart } from '../core/keyChunks.ts';
import type { Mask } from '../core/mask.ts';
import { gather, originalsAt } from './lending.ts';
import { entry } from './rewind.ts';
import type { Weights } from './weights.ts';

/** |p - p0| of one parameter's entries, to be ranked or counted. */
export interface NamedPart {
  readonly name: string;
  readonly part: KeyPart;
}

/**
 * Every maskable entry that a full phase may have moved and that is not in `taken`. Of a table, touched rows in the order of their
 * slots: a part only grows at its end.
 */
export function changedParts(weights: Weights, taken: Mask): NamedPart[] {
  const parts: NamedPart[] = [];
  for (const [name, { values: originals }] of weights.originals) {
    if (weights.roles.get(name) !== 'maskable') continue;
    const values = weights.arrays.get(name)?.values;
    const part =
      values === undefined
        ? rowsPart(weights, name, taken.get(name))
        : changePart(values, originals, taken.get(name));
    if (part !== undefined) parts.push({ name, part });
  }
  return parts;
}

/** The entries of the mask. */
export function maskedParts(weights: Weights, mask: Mask): NamedPart[] {
  return [...mask].map(([name, indices]) => {
    const array = weights.arrays.get(name)?.values;
    const fill: KeyPart['fill'] = (from, count, scratch) => {
      const chosen = indices.subarray(from, from + count);
      scratch.b.set(originalsAt(weights, name, chosen));
      if (array !== undefined) gather(array, chosen, scratch.a);
      else chosen.forEach((flat, i) => (scratch.a[i] = entry(weights, name, flat)));
      fillChanges(scratch, count);
    };
    return { name, part: { size: indices.length, fill } };
  });
}

function rowsPart(weights: Weights, name: string, taken: Uint32Array | undefined): KeyPart | undefined {
  const table = weights.tables.get(name);
  if (table === undefined) return undefined;
  const { width } = table;
  // A row with an entry in the mask counts as touched.
  const excluded = taken
    ?.map((flat) => table.slots[Math.floor(flat / width)] * width + (flat % width))
    .toSorted();
  return {
    size: table.rows.length * width,
    fill(from, count, scratch) {
      scratch.a.set(table.values.subarray(from, from + count));
      for (let done = 0; done < count;) {
        const slot = Math.floor((from + done) / width);
        const column = (from + done) % width;
        const length = Math.min(width - column, count - done);
        const at = table.rows[slot] * width + column;
        scratch.b.set(table.base.subarray(at, at + length), done);
        done += length;
      }
      fillChanges(scratch, count);
      clearKeys(excluded, from, count, scratch.keys);
    },
  };
}
