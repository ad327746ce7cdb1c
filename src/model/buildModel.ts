import type { Parameter, Parameters } from '../core/parameters.ts';
import { hash32, normal } from '../core/random.ts';
import type { ModelConfig } from './config.ts';
import type { Head, HeadParameter } from './heads/head.ts';
import { mlmNames } from './heads/maskedLanguageModelling.ts';
import { embeddingNames, encoderPrefix } from './names.ts';

/** Standard deviation with which Hugging Face starts a linear layer. */
const INITIAL_DEVIATION = 0.02;

export interface ModelSpec {
  readonly config: ModelConfig;
  readonly head: Head;
  readonly labels: number;
  /** Decides a fresh head's first values. */
  readonly seed: number;
  /** The base's word embeddings, before any difference was added: what a frozen output matrix is a copy of; `base`'s unless given. */
  readonly bareEmbeddings?: Parameter | undefined;
}

/**
 * The parameters of encoder and head in the model's order. Arrays of `base` are shared, not copied; what it lacks of the head
 * is made afresh. The base's own pooler or other heads are left out where the head does not use them.
 */
export function buildModel(
  base: Parameters,
  { config, head, labels, seed, bareEmbeddings }: ModelSpec,
): Map<string, Parameter> {
  const parameters = new Map<string, Parameter>();
  const encoder = encoderPrefix(config);
  for (const [name, parameter] of base) {
    if (name.startsWith(encoder) && !name.startsWith(`${encoder}pooler.`)) parameters.set(name, parameter);
  }
  for (const wanted of head.parameters(config, labels)) {
    const found = base.get(wanted.name);
    parameters.set(wanted.name, found !== undefined && fits(found, wanted) ? found : fresh(wanted, seed));
  }
  const decoder = mlmNames(config).decoder;
  if (head.uses(config).includes(decoder)) {
    const own = base.get(decoder) ?? bareEmbeddings ?? parameters.get(embeddingNames(config).word);
    if (own !== undefined) parameters.set(decoder, own);
  }
  return parameters;
}

/** Whether a parameter has the shape that a head wants. */
export function fits(found: Parameter, wanted: HeadParameter): boolean {
  return (
    found.shape.length === wanted.shape.length && found.shape.every((size, i) => size === wanted.shape[i])
  );
}

function fresh({ name, shape, initial }: HeadParameter, seed: number): Parameter {
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
  if (initial === 'ones') values.fill(1);
  if (initial === 'normal') {
    let stream = 0;
    for (let i = 0; i < name.length; i++) stream = hash32(stream, name.charCodeAt(i));
    for (let i = 0; i < values.length; i++) values[i] = INITIAL_DEVIATION * normal(seed, stream, i);
  }
  return { shape, values };
}
