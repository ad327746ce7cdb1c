import { matMul, tanh, type Tensor } from '@tensorflow/tfjs-core';
import type { NamedTensors } from '../../engine/program.ts';
import { drop } from '../encoder.ts';
import type { ModelConfig } from '../config.ts';
import { encoderPrefix } from '../names.ts';
import { linear } from '../ops/linear.ts';
import type { Head } from './head.ts';

/**
 * Dependency parsing (the reference's TransformerForBiaffineParsing; Glavas and Vulic, 2021): a word is the mean of its pieces, the root
 * is the pooled first piece. Its output are the states of the candidates, [C, H] (`data/wordLayout.ts`), which `arcScores` and
 * `relationScores` relate. The pooler belongs to the encoder and is maskable.
 */
export const biaffine: Head = {
  type: 'biaffine',
  reads: 'words',
  compact: false,
  selectsQueries: false,
  dropoutSites: () => ['head'],
  parameters(config, relations) {
    const { hiddenSize } = config;
    const names = biaffineNames(config);
    return [
      { name: `${names.pooler}.weight`, shape: [hiddenSize, hiddenSize], initial: 'normal' },
      { name: `${names.pooler}.bias`, shape: [hiddenSize], initial: 'zeros' },
      { name: names.arcs, shape: [1, hiddenSize + 1, hiddenSize], initial: 'zeros' },
      { name: names.relations, shape: [relations, hiddenSize + 1, hiddenSize + 1], initial: 'zeros' },
    ];
  },
  uses: () => [],
  output(context, hidden) {
    const { inputs, config } = context;
    const { pooler } = biaffineNames(config);
    const first = matMul(inputs.firstPieces, hidden);
    const roots = tanh(linear(first, inputs[`${pooler}.weight`], inputs[`${pooler}.bias`])).mul(
      inputs.isRoot,
    );
    return matMul(inputs.wordMeans, drop(context, 'head', hidden)).add(roots);
  },
};

const ARCS = 'biaffine_arcs.weight';
const RELATIONS = 'biaffine_rels.weight';

/** The reference's names of the head's parts. */
export function biaffineNames(
  config: Pick<ModelConfig, 'modelType'>,
): Readonly<Record<'pooler' | 'arcs' | 'relations', string>> {
  return { pooler: `${encoderPrefix(config)}pooler.dense`, arcs: ARCS, relations: RELATIONS };
}

/** How well each candidate is the head of each other: [C, C], the dependent first. */
export function arcScores(states: Tensor, inputs: NamedTensors): Tensor {
  const weight = inputs[ARCS];
  const [, , width = 1] = weight.shape;
  return matMul(matMul(withOnes(states), weight.reshape([-1, width])), states, false, true);
}

/**
 * How well each relation holds between each candidate and its head: [C, R]. `heads` [C, C] has a 1 at the head of each candidate.
 */
export function relationScores(states: Tensor, heads: Tensor, inputs: NamedTensors): Tensor {
  const weight = inputs[RELATIONS];
  const [relations = 1, width = 1] = weight.shape;
  const dependents = withOnes(states);
  // One product with the weight as it lies in memory, then one by candidate.
  const byRelation = linear(matMul(heads, dependents), weight.reshape([-1, width]));
  return matMul(byRelation.reshape([-1, relations, width]), dependents.reshape([-1, width, 1])).reshape([
    -1,
    relations,
  ]);
}

/** Biases of a bilinear form: a further column of ones. */
function withOnes(x: Tensor): Tensor {
  return x.pad(
    [
      [0, 0],
      [0, 1],
    ],
    1,
  );
}
