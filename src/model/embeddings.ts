import type { PackedBatch } from '../data/packing.ts';
import { rowValues, type RowTable } from '../core/rowTable.ts';

export interface EmbeddingTables {
  readonly word: RowTable;
  readonly position: RowTable;
  readonly type: RowTable;
}

/** The sum of word, position and type embeddings of each slot into `out` [slots, H], as HF adds them. */
export function embed(
  batch: PackedBatch,
  { word, position, type }: EmbeddingTables,
  out: Float32Array,
): void {
  const { width } = word;
  for (let slot = 0; slot < batch.ids.length; slot++) {
    const a = rowValues(word, batch.ids[slot]);
    const b = rowValues(type, batch.types[slot]);
    const c = rowValues(position, batch.positions[slot]);
    const at = slot * width;
    for (let i = 0; i < width; i++) {
      out[at + i] = Math.fround(a.array[a.at + i] + b.array[b.at + i]) + c.array[c.at + i];
    }
  }
}
