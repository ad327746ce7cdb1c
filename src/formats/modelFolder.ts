import { encoderName, encoderPrefixes, modernName } from '../core/canonicalNames.ts';
import { userError } from '../core/errors/userError.ts';
import type { Parameter } from '../core/parameters.ts';
import { encoderShapes } from './encoderShapes.ts';
import type { ModelConfig } from './modelConfig.ts';
import { forEachModelTensor, type ModelTensor } from './modelWeights.ts';
import { isFloat } from './safetensorsHeader.ts';

export { type ModelConfig, readModelConfig } from './modelConfig.ts';

/**
 * Reads a model's parameters, as f32, with the names of a Hugging Face model with a head (`bert.encoder...` or
 * `roberta.encoder...`, whatever prefix the file has), in the model's order: embeddings, layers, pooler (if it has one), heads.
 * A decoder that is tied to the word embeddings is not read.
 * @throws UserError `model-parameter-missing`, `-shape`, `-twice`, and those of `forEachModelTensor`
 */
export async function readModelParameters(
  folder: string,
  config: ModelConfig,
): Promise<Map<string, Parameter>> {
  const wanted = encoderShapes(config);
  const found = new Map<string, Parameter>();
  const sources = new Map<string, string>();
  await forEachModelTensor(folder, async (tensor) => {
    const name = parameterName(tensor, config);
    if (name === undefined || (encoderName(name) !== undefined && !wanted.has(name))) return;
    const other = sources.get(name);
    if (other !== undefined) {
      throw userError(
        'model-parameter-twice',
        { name, tensors: [other, tensor.name] },
        { file: tensor.file },
      );
    }
    checkShape(name, tensor, wanted.get(name));
    sources.set(name, tensor.name);
    found.set(name, { shape: tensor.shape, values: await tensor.read() });
  });
  const missing = missingParameters(wanted, found);
  if (missing.length > 0) throw userError('model-parameter-missing', { missing }, { file: folder });
  return inModelOrder(wanted, found);
}

/**
 * What a file's tensor is called in the model; undefined where it is none of its parameters: buffers (position ids),
 * copies of tied parameters.
 */
function parameterName(tensor: ModelTensor, config: ModelConfig): string | undefined {
  const encoder = encoderName(tensor.name);
  if (encoder !== undefined) {
    return encoder.endsWith('_ids') ? undefined : encoderPrefixes[config.modelType] + encoder;
  }
  const name = modernName(tensor.name);
  const tied = config.raw.tie_word_embeddings !== false;
  if (tied && /^(cls\.predictions|lm_head)\.decoder\.(weight|bias)$/.test(name)) return undefined;
  return isFloat(tensor.dtype) ? name : undefined;
}

function checkShape(name: string, tensor: ModelTensor, wanted: readonly number[] | undefined): void {
  if (wanted === undefined || String(wanted) === String(tensor.shape)) return;
  throw userError('model-parameter-shape', { name, found: tensor.shape, wanted }, { file: tensor.file });
}

/** The pooler may be absent, but not half of it. */
function missingParameters(
  wanted: ReadonlyMap<string, number[]>,
  found: ReadonlyMap<string, Parameter>,
): string[] {
  const missing = [...wanted.keys()].filter((name) => !found.has(name));
  const optional = missing.filter((name) => name.includes('.pooler.'));
  return optional.length === 2 ? missing.filter((name) => !optional.includes(name)) : missing;
}

/** The heads' parameters in transformers' order where alphabetical order, weight first, is not the same. */
const headOrder = [
  'cls.predictions.bias',
  'cls.predictions.transform.dense.weight',
  'cls.predictions.transform.dense.bias',
  'cls.predictions.transform.LayerNorm.weight',
  'cls.predictions.transform.LayerNorm.bias',
  'cls.predictions.decoder.weight',
  'lm_head.bias',
  'lm_head.dense.weight',
  'lm_head.dense.bias',
  'lm_head.layer_norm.weight',
  'lm_head.layer_norm.bias',
  'lm_head.decoder.weight',
];

function inModelOrder(
  wanted: ReadonlyMap<string, number[]>,
  found: ReadonlyMap<string, Parameter>,
): Map<string, Parameter> {
  const order = [...wanted.keys(), ...headOrder];
  const heads = [...found.keys()].filter((name) => !order.includes(name)).sort(weightBeforeBias);
  const ordered = new Map<string, Parameter>();
  for (const name of [...order, ...heads]) {
    const parameter = found.get(name);
    if (parameter !== undefined) ordered.set(name, parameter);
  }
  return ordered;
}

function weightBeforeBias(a: string, b: string): number {
  return sortKey(a) < sortKey(b) ? -1 : 1;
}

function sortKey(name: string): string {
  return name.replace(/\.weight$/, '.a').replace(/\.bias$/, '.b');
}
