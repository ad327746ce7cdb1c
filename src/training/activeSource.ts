import type { SparseDiff } from '../core/sft.ts';
import type { Weights } from './weights.ts';

/** Differences of a source's SFTs, by parameter. */
export type SourceDiffs = ReadonlyMap<string, SparseDiff>;

/**
 * Adds the differences of a source to the current values: a batch sees the SFT of its own language (the paper's multi-source
 * training). Costs their entries, not a pass over the model. The function that it returns puts exactly back what was there; no row
 * of a table may be touched before it is called.
 */
export function addSource(weights: Pick<Weights, 'arrays' | 'tables'>, diffs: SourceDiffs): () => void {
  const restore: (() => void)[] = [];
  for (const [name, diff] of diffs) {
    const array = weights.arrays.get(name);
    if (array !== undefined) restore.push(addTo(array.values, diff));
    else restore.push(addToTable(weights, name, diff));
  }
  return () => {
    for (const step of restore) step();
  };
}

function addTo(values: Float32Array, { indices, values: changes }: SparseDiff): () => void {
  const before = new Float32Array(indices.length);
  for (let i = 0; i < indices.length; i++) {
    const at = indices[i];
    before[i] = values[at];
    values[at] += changes[i];
  }
  return () => {
    for (let i = 0; i < indices.length; i++) values[indices[i]] = before[i];
  };
}

/** Rows that are touched have values of their own; the others are read from the base. */
function addToTable(
  { tables }: Pick<Weights, 'tables'>,
  name: string,
  { indices, values: changes }: SparseDiff,
): () => void {
  const table = tables.get(name);
  if (table === undefined) {
    if (indices.length === 0) return () => {};
    throw new Error(`The model lacks ${name}.`);
  }
  const { base, values, slots, width } = table;
  const before = new Float32Array(indices.length);
  const places = new Int32Array(indices.length);
  for (let i = 0; i < indices.length; i++) {
    const flat = indices[i];
    const row = Math.floor(flat / width);
    const slot = slots[row];
    const array = slot < 0 ? base : values;
    // Places in the base count from -1 downwards.
    const at = slot < 0 ? flat : slot * width + (flat - row * width);
    places[i] = slot < 0 ? ~at : at;
    before[i] = array[at];
    array[at] += changes[i];
  }
  return () => {
    for (let i = 0; i < indices.length; i++) {
      if (places[i] < 0) base[~places[i]] = before[i];
      else values[places[i]] = before[i];
    }
  };
}
