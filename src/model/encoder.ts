import { matMul, softmax, type Tensor } from '@tensorflow/tfjs-core';
import type { NamedTensors } from '../engine/program.ts';
import type { ModelConfig } from './config.ts';
import { keepInput } from './dropoutSites.ts';
import { encoderPrefix } from './names.ts';
import { dropout } from './ops/dropout.ts';
import { gelu } from './ops/gelu.ts';
import { mergeHeads, splitHeads, type Rows } from './ops/heads.ts';
import { layerNormalization } from './ops/layerNormalization.ts';
import { linear } from './ops/linear.ts';
import { distinctRows } from './ops/rows.ts';
import { probeOf, type Tap } from './taps.ts';

/** What a part of the model is given: inputs by name (parameters, batch, dropout masks) and what decides its form. */
export interface ModelContext {
  readonly inputs: NamedTensors;
  readonly config: ModelConfig;
  /** Whether the last layer is computed at the queries only. */
  readonly selectsQueries: boolean;
  /** 1 / (rate of keeping) of each dropout site in use, by the site's name. */
  readonly dropoutScales: Readonly<Record<string, number>>;
  /** Layers whose weight's gradient is computed outside, by the weight's name. */
  readonly taps?: ReadonlyMap<string, Tap>;
  /** Where their inputs are put, by the tap's name for them. */
  readonly tapped?: Record<string, Tensor>;
}

/**
 * The encoder of BERT and XLM-RoBERTa. Takes `embedded` [rows x length, H] (the sum of the three embeddings), `attention`
 * [rows, 1, length, length] (0 where a position may look, a large negative number elsewhere) and, where the last layer is
 * computed at chosen positions only, `queries` int32 [rows x queries] and `queryAttention` [rows, 1, queries, length].
 * Gives the last layer's output at the queries: [rows x queries, H].
 */
export function encode(context: ModelContext): Tensor {
  const { inputs, config } = context;
  let hidden = drop(context, 'embeddings', normalize(context, 'embeddings.LayerNorm', inputs.embedded));
  for (let layer = 0; layer < config.layers; layer++) {
    const last = layer === config.layers - 1 && context.selectsQueries;
    const at = last ? distinctRows(hidden, inputs.queries) : hidden;
    const block = `encoder.layer.${layer}`;
    const attended = attention(context, layer, at, hidden, last ? inputs.queryAttention : inputs.attention);
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
function attention(context: ModelContext, layer: number, at: Tensor, over: Tensor, mask: Tensor): Tensor {
  const { hiddenSize, heads } = context.config;
  const asking: Rows = { mask, axis: 2 };
  const answering: Rows = { mask, axis: 3 };
  const part = (name: string, x: Tensor, rows: Rows) =>
    splitHeads(affine(context, `encoder.layer.${layer}.attention.self.${name}`, x), rows, heads);
  const query = part('query', at, asking);
  const key = part('key', over, answering);
  const value = part('value', over, answering);
  // The scale becomes part of the products (engine/graph/fuse.ts).
  const scores = matMul(query, key, false, true).mul(1 / Math.sqrt(hiddenSize / heads));
  const weights = softmax(scores.add(mask));
  return mergeHeads(matMul(drop(context, `${layer}.attention`, weights), value), asking);
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

function affine({ inputs, config, taps, tapped = {} }: ModelContext, name: string, x: Tensor): Tensor {
  const full = `${encoderPrefix(config)}${name}`;
  const value = linear(x, inputs[`${full}.weight`], inputs[`${full}.bias`]);
  const tap = taps?.get(`${full}.weight`);
  if (tap === undefined) return value;
  tapped[tap.input] ??= x;
  return value.add(inputs[probeOf(tap.weight)]);
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
