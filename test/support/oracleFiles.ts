import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Parameter } from '../../src/core/parameters.ts';
import type { Sft, SparseDiff } from '../../src/core/sft.ts';
import { withSafetensors } from '../../src/formats/safetensors.ts';
import type { ModelConfig } from '../../src/model/config.ts';
import { oracle } from './oracle.ts';

export type Tensors = Map<string, { shape: readonly number[]; values: Float32Array | Int32Array }>;

/** All tensors of one of the oracle's files. */
export async function oracleTensors(file: string): Promise<Tensors> {
  return withSafetensors(join(oracle, file), async (opened) => {
    const all: Tensors = new Map();
    for (const [name, info] of opened.tensors) {
      const values = await opened.read(name);
      all.set(name, { shape: info.shape, values: values as Float32Array | Int32Array });
    }
    return all;
  });
}

export function oracleJson<T>(file: string): T {
  return JSON.parse(readFileSync(join(oracle, file), 'utf8')) as T;
}

export const parametersOf = (tensors: Tensors, prefix = ''): Map<string, Parameter> =>
  new Map(
    [...tensors].map(([name, { shape, values }]) => [
      prefix + name,
      { shape, values: values as Float32Array },
    ]),
  );

/** The oracle's tiny random BERT. */
export function tinyConfig(): ModelConfig {
  const raw = oracleJson<Record<string, number>>('tiny-bert/config.json');
  return {
    modelType: 'bert',
    vocabSize: raw.vocab_size,
    hiddenSize: raw.hidden_size,
    layers: raw.num_hidden_layers,
    heads: raw.num_attention_heads,
    intermediateSize: raw.intermediate_size,
    maxPositions: raw.max_position_embeddings,
    typeVocabSize: raw.type_vocab_size,
    layerNormEps: raw.layer_norm_eps,
    hiddenDropout: 0,
    attentionDropout: 0,
    padTokenId: 0,
  };
}

/** The sparse differences of one of the oracle's files, without its head. */
export async function oracleDiffs(file: string): Promise<Sft> {
  const tensors = await oracleTensors(file);
  const diffs = new Map<string, SparseDiff>();
  for (const [key, { values }] of tensors) {
    const [, name] = /^diffs\.(.*)\.indices$/.exec(key) ?? [];
    if (name === undefined) continue;
    const indices = Uint32Array.from(values);
    diffs.set(name, { indices, values: tensors.get(`diffs.${name}.values`)!.values as Float32Array });
  }
  return { diffs, abs: new Map() };
}
