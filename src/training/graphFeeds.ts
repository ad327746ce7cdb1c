import type { RowTable } from '../core/rowTable.ts';
import { attentionMask, queryMask } from '../data/attentionMask.ts';
import type { PackedBatch } from '../data/packing.ts';
import type { FeedArray, ShapedArray } from '../engine/program.ts';
import type { EmbeddingTables } from '../model/embeddings.ts';
import type { embeddingNames } from '../model/names.ts';
import { EMBEDDED, type GraphModel } from '../model/stepProgram.ts';
import type { Weights } from './weights.ts';
import { wordFeeds } from './wordFeeds.ts';

/** What every program of a model takes: its parameters, and a packed batch with its embedding sums. */
export function graphFeeds(
  model: GraphModel,
  weights: Weights,
  batch: PackedBatch,
  embedded: Float32Array,
): Record<string, FeedArray | ShapedArray> {
  return { ...graphParameters(model, weights), [EMBEDDED]: embedded, ...batchFeeds(batch) };
}

/** A packed batch, but for its embeddings. */
export function batchFeeds(batch: PackedBatch): Record<string, FeedArray | ShapedArray> {
  const { rows, length, queries } = batch.shape;
  return {
    attention: { array: attentionMask(batch), shape: [rows, 1, length, length] },
    queryAttention: { array: queryMask(batch), shape: [rows, 1, queries, length] },
    queries: batch.queries,
    reads: batch.reads,
    picks: batch.picks,
    ...(batch.words === undefined ? {} : wordFeeds(batch.words, rows * length)),
  };
}

/** Values of what enters the graph: arrays, and a table where the output matrix is tied to it. */
export function graphParameters(
  model: Pick<GraphModel, 'parameters'>,
  weights: Weights,
): Record<string, Float32Array> {
  const feeds: Record<string, Float32Array> = {};
  for (const name of model.parameters.keys()) {
    const array = weights.arrays.get(name)?.values ?? wholeTable(weights, name);
    if (array === undefined) throw new Error(`The model lacks ${name}.`);
    feeds[name] = array;
  }
  return feeds;
}

function wholeTable(weights: Weights, name: string): Float32Array | undefined {
  const table = weights.tables.get(name);
  return table === undefined || weights.dense.has(name) ? table?.values : table.base;
}

/** The three tables by role. */
export function embeddingTables(weights: Weights, names: ReturnType<typeof embeddingNames>): EmbeddingTables {
  const find = (name: string): RowTable => {
    const table = weights.tables.get(name);
    if (table === undefined) throw new Error(`The model lacks ${name}.`);
    return table;
  };
  return { word: find(names.word), position: find(names.position), type: find(names.type) };
}
