import type { Parameters } from '../core/parameters.ts';
import type { PackingOptions } from '../data/packing.ts';
import { activationBytes } from '../model/activationBytes.ts';
import type { ModelConfig } from '../model/config.ts';
import type { Head } from '../model/heads/head.ts';
import { embeddingNames, firstPosition } from '../model/names.ts';
import type { GraphModel } from '../model/stepProgram.ts';

/** The part of a model that enters the graph: all but the embedding tables, unless the head's output is tied to one. */
export function graphModel(parameters: Parameters, config: ModelConfig, head: Head): GraphModel {
  const tables = new Set<string>(Object.values(embeddingNames(config)));
  const tied = new Set(head.uses(config));
  const inside = [...parameters].filter(([name]) => !tables.has(name) || tied.has(name));
  return {
    config,
    head,
    parameters: new Map(inside.map(([name, { shape }]) => [name, shape])),
  };
}

/** How batches of a model are packed. */
export function packingOptions(config: ModelConfig, head: Head): PackingOptions {
  return {
    hiddenSize: config.hiddenSize,
    heads: config.heads,
    padTokenId: config.padTokenId,
    firstPosition: firstPosition(config),
    reads: head.reads,
    compact: head.compact,
    selectsQueries: head.selectsQueries,
  };
}

/**
 * Word pieces of a run: what takes about a second or two forwards and backwards on two cores, since so long nothing can interrupt it,
 * and no more than keeps its activations near 200 MB, but always enough for products to be fast.
 */
export function microTokensFor(config: ModelConfig): number {
  const { hiddenSize, intermediateSize, layers } = config;
  const workPerPiece = layers * (4 * hiddenSize * hiddenSize + 2 * hiddenSize * intermediateSize);
  const quick = Math.max(128, nearestPowerOfTwo((512 * 85e6) / workPerPiece));
  const small = Math.max(512, nearestPowerOfTwo(200e6 / activationBytes(config, 1)));
  return Math.min(4096, quick, small);
}

function nearestPowerOfTwo(x: number): number {
  return 2 ** Math.round(Math.log2(x));
}
