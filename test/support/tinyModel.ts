import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Parameter } from '../../src/core/parameters.ts';
import { normal } from '../../src/core/random.ts';
import { encoderShapes } from '../../src/formats/encoderShapes.ts';
import { readModelConfig } from '../../src/formats/modelFolder.ts';
import { writeSafetensors } from '../../src/formats/safetensorsWriter.ts';

/** config.json of a model that is small enough to be written in a test. */
export const tinyBertJson = {
  model_type: 'bert',
  architectures: ['BertModel'],
  vocab_size: 11,
  hidden_size: 4,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  intermediate_size: 6,
  max_position_embeddings: 5,
  type_vocab_size: 2,
  hidden_act: 'gelu',
};

/** Writes `config.json`, here or in a new folder within. */
export function writeConfig(folder: string, json: unknown): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'config.json'), typeof json === 'string' ? json : JSON.stringify(json));
  return folder;
}

/** Random parameters of the model that `config.json` in the folder describes, with the names of a model with a head. */
export function randomParameters(folder: string, seed = 1): Map<string, Parameter> {
  const parameters = new Map<string, Parameter>();
  for (const [name, shape] of encoderShapes(readModelConfig(folder))) {
    const size = shape.reduce((product, n) => product * n, 1);
    const values = Float32Array.from({ length: size }, (_, i) => 0.1 * normal(seed, parameters.size, i));
    parameters.set(name, { shape, values });
  }
  return parameters;
}

/** Writes parameters as a folder's `model.safetensors`, with other names if `rename` says so. */
export async function writeModel(
  folder: string,
  parameters: ReadonlyMap<string, Parameter>,
  rename = (name: string) => name,
): Promise<void> {
  const tensors = [...parameters].map(([name, { shape, values }]) => ({ name: rename(name), shape, values }));
  await writeSafetensors(join(folder, 'model.safetensors'), tensors, { format: 'pt' });
}

/** A whole folder with a tiny random BERT. */
export async function writeTinyBert(folder: string, seed = 1): Promise<string> {
  writeConfig(folder, tinyBertJson);
  await writeModel(folder, randomParameters(folder, seed));
  writeFileSync(join(folder, 'vocab.txt'), '[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nb\nc\nd\ne\nf\n');
  return folder;
}
