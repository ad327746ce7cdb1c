import { ensureLength, touchRow } from '../core/rowTable.ts';
import type { PackedBatch } from '../data/packing.ts';
import type { EmbeddingTables } from '../model/embeddings.ts';
import { embeddingNames } from '../model/names.ts';
import type { GradientOptions, TableGradient } from './gradients.ts';
import { trains } from './weights.ts';

/** Adds the gradient of each slot's embedding sum to the rows that were summed, slot by slot: a fixed order. */
export function scatterEmbeddingGradient(
  batch: PackedBatch,
  embedded: Float32Array,
  { touch, model, weights }: Pick<GradientOptions, 'touch' | 'model' | 'weights'>,
  tables: EmbeddingTables,
  gradients: ReadonlyMap<string, TableGradient>,
): void {
  const names = embeddingNames(model.config);
  for (const [table, name, rows] of [
    [tables.word, names.word, batch.ids],
    [tables.position, names.position, batch.positions],
    [tables.type, names.type, batch.types],
  ] as const) {
    const gradient = gradients.get(name);
    if (gradient === undefined || !trains(weights, name)) continue;
    const { width } = table;
    for (let slot = 0; slot < rows.length; slot++) {
      if (batch.examples[slot] < 0) continue;
      const row = rows[slot];
      // torch's padding_idx: the padding piece's row gets no gradient from the lookup.
      if (table === tables.word && row === model.config.padTokenId) continue;
      const to = touch ? touchRow(table, row) : table.slots[row];
      if (to < 0) continue;
      gradient.values = ensureLength(gradient.values, (to + 1) * width);
      const into = gradient.values;
      for (let i = 0; i < width; i++) into[to * width + i] += embedded[slot * width + i];
    }
  }
}
