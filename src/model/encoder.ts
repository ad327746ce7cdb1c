import { matMul, softmax, type Tensor } from '@tensorflow/tfjs-core';
import type { NamedTensors } from '../engine/program.ts';
import type { ModelConfig } from './config.ts';
import { keepInput } from './dropoutSites.ts';
import { encoderPrefix } from './names.ts';
import { dropout } from './ops/dropout.ts';
import { gelu } from './ops/gelu.ts';
import { layerNormalization } from './ops/layerNormalization.ts';
import { linear } from './ops/linear.ts';
import { distinctRows } from './ops/rows.ts';
import { selectsQueries, type StepShape } from '../data/shape.ts';

/** What a part of the model is given: inputs by name (parameters, batch, dropout masks) and the static sizes. */
export interface ModelContext {
  readonly inputs: NamedTensors;
  readonly config: ModelConfig;
  readonly shape: StepShape;
  /** 1 / (rate of keeping) of each dropout site in use, by the site's name. */
  readonly dropoutScales: Readonly<Record<string, number>>;
}

/**
 * The encoder of BERT and XLM-RoBERTa. Takes `embedded` [rows x length, H] (the sum of the three embeddings), `attention`
 * [rows, 1, length, length] (0 where a position may look, a large negative number elsewhere) and, where the last layer is
 * computed at chosen positions only, `queries` int32 [rows x queries] and `queryAttention` [rows, 1, queries, length].
 * Gives the last layer's output at the queries: [rows x queries, H].
 */
export function encode(context: ModelContext): Tensor {
  const { inputs, config, shape } = context;
  let hidden = drop(context, 'embeddings', normalize(context, 'embeddings.LayerNorm', inputs.embedded));
  for (let layer = 0; layer < config.layers; layer++) {
    const last = layer === config.layers - 1 && selectsQueries(shape);
    const at = last ? distinctRows(hidden, inputs.queries) : hidden;
    const block = `encoder.layer.${layer}`;
    const mask = last ? inputs.queryAttention : inputs.attention;
    const attended = attention(context, layer, at, hidden, mask, last ? shape.queries : shape.length);
    const middle = addAndNormalize(
      context,
      `${block}.attention.output`,
      `${layer}.attentionOutput`,
      attended,
      at,
    );
    const wide = gelu(affine(context, `${block}.intermediate.dense`, middle));
    hidden = addAndNormalize(context, `${block}.output`, `${layer}.output`, wide, middle);
  }
  return hidden;
}

/** Multi-head attention of the rows of `at` over those of `over`. */
function attention(
  context: ModelContext,
  layer: number,
  at: Tensor,
  over: Tensor,
  mask: Tensor,
  queries: number,
): Tensor {
  const { config, shape } = context;
  const size = config.hiddenSize / config.heads;
  const part = (name: string, x: Tensor, length: number, scale = 1) =>
    affine(context, `encoder.layer.${layer}.attention.self.${name}`, x)
      .mul(scale)
      .reshape([-1, length, config.heads, size])
      .transpose([0, 2, 1, 3]);
  const query = part('query', at, queries, 1 / Math.sqrt(size));
  const key = part('key', over, shape.length);
  const value = part('value', over, shape.length);
  const weights = softmax(matMul(query, key, false, true).add(mask));
  return matMul(drop(context, `${layer}.attention`, weights), value)
    .transpose([0, 2, 1, 3])
    .reshape([-1, config.hiddenSize]);
}

/** The second half of a sublayer: projection, dropout, residual, normalisation. */
function addAndNormalize(
  context: ModelContext,
  name: string,
  site: string,
  x: Tensor,
  residual: Tensor,
): Tensor {
  const projected = drop(context, site, affine(context, `${name}.dense`, x));
  return normalize(context, `${name}.LayerNorm`, projected.add(residual));
}

function affine({ inputs, config }: ModelContext, name: string, x: Tensor): Tensor {
  const full = `${encoderPrefix(config)}${name}`;
  return linear(x, inputs[`${full}.weight`], inputs[`${full}.bias`]);
}

function normalize({ inputs, config }: ModelContext, name: string, x: Tensor): Tensor {
  const full = `${encoderPrefix(config)}${name}`;
  return layerNormalization(x, inputs[`${full}.weight`], inputs[`${full}.bias`], config.layerNormEps);
}

/** Dropout at a site, if it is in use. */
export function drop({ inputs, dropoutScales }: ModelContext, site: string, x: Tensor): Tensor {
  const scale = dropoutScales[site];
  return scale === undefined ? x : dropout(x, inputs[keepInput(site)], scale);
}
