import type { Mask } from '../core/mask.ts';
import { resetRows, touchRow } from '../core/rowTable.ts';
import { kernelMemoryOf } from '../core/kernelMemory.ts';
import { giveBack, lend } from './lending.ts';
import type { EntryValues } from './state.ts';
import { touchWholeTables, trains, type Weights } from './weights.ts';

/** p back to p0, then to the given values where an iteration started elsewhere (Algorithm 1 of the paper, "rewind"). */
export function rewind(weights: Weights, start: readonly EntryValues[]): void {
  for (const [name, { shape, values }] of weights.originals) {
    if (!weights.arrays.has(name) || !trains(weights, name)) continue;
    giveBack(weights, name);
    // A copy in ordinary memory, so that all of the memory of the phase before is free.
    const inSlab = kernelMemoryOf(values) !== undefined;
    const original = { shape, values: inSlab ? values.slice() : values };
    weights.originals.set(name, original);
    weights.arrays.set(name, original);
  }
  for (const table of weights.tables.values()) resetRows(table);
  touchWholeTables(weights);
  for (const entries of start) assign(weights, entries);
}

/** Values of the masked entries and of what is dense, as they are now. */
export function captureEntries(weights: Weights, mask: Mask): EntryValues[] {
  const captured: EntryValues[] = [];
  for (const [name, indices] of mask) {
    captured.push({ name, indices, values: Float32Array.from(indices, (i) => entry(weights, name, i)) });
  }
  for (const [name, { values }] of weights.arrays) {
    if (weights.roles.get(name) === 'dense') captured.push({ name, values: values.slice() });
  }
  return captured;
}

/** The current value of one entry. */
export function entry(weights: Weights, name: string, flat: number): number {
  const array = weights.arrays.get(name);
  if (array !== undefined) return array.values[flat];
  const table = weights.tables.get(name);
  if (table === undefined) throw new Error(`The model lacks ${name}.`);
  const slot = table.slots[Math.floor(flat / table.width)];
  return slot < 0 ? table.base[flat] : table.values[slot * table.width + (flat % table.width)];
}

function assign(weights: Weights, { name, indices, values }: EntryValues): void {
  const array = weights.arrays.get(name);
  const table = weights.tables.get(name);
  if (indices === undefined) {
    if (array !== undefined) weights.arrays.set(name, { shape: array.shape, values: values.slice() });
    return;
  }
  if (array !== undefined) lend(weights, name, indices);
  indices.forEach((flat, i) => {
    if (array !== undefined) array.values[flat] = values[i];
    if (table === undefined) return;
    // Touching may make table.values anew, so it comes first.
    const slot = touchRow(table, Math.floor(flat / table.width));
    table.values[slot * table.width + (flat % table.width)] = values[i];
  });
}
