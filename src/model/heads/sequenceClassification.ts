import { tanh, type Tensor } from '@tensorflow/tfjs-core';
import { drop, type ModelContext } from '../encoder.ts';
import { linear } from '../ops/linear.ts';
import type { Head } from './head.ts';

/**
 * One label a sequence, read at its first piece. BERT has a pooler, which belongs to the encoder and is maskable;
 * XLM-RoBERTa has a dense layer of the head in its place.
 */
export const sequenceClassification: Head = {
  type: 'sequence-classification',
  reads: 'first',
  compact: false,
  selectsQueries: true,
  dropoutSites: (config) => (config.modelType === 'bert' ? ['head'] : ['head', 'headOutput']),
  parameters(config, labels) {
    const { hiddenSize } = config;
    const output = config.modelType === 'bert' ? 'classifier' : 'classifier.out_proj';
    const inner = config.modelType === 'bert' ? 'bert.pooler.dense' : 'classifier.dense';
    return [
      { name: `${inner}.weight`, shape: [hiddenSize, hiddenSize], initial: 'normal' },
      { name: `${inner}.bias`, shape: [hiddenSize], initial: 'zeros' },
      { name: `${output}.weight`, shape: [labels, hiddenSize], initial: 'normal' },
      { name: `${output}.bias`, shape: [labels], initial: 'zeros' },
    ];
  },
  uses: () => [],
  output(context, hidden) {
    if (context.config.modelType === 'bert') {
      const pooled = tanh(affine(context, 'bert.pooler.dense', hidden));
      return affine(context, 'classifier', drop(context, 'head', pooled));
    }
    const inner = tanh(affine(context, 'classifier.dense', drop(context, 'head', hidden)));
    return affine(context, 'classifier.out_proj', drop(context, 'headOutput', inner));
  },
};

function affine({ inputs }: ModelContext, name: string, x: Tensor): Tensor {
  return linear(x, inputs[`${name}.weight`], inputs[`${name}.bias`]);
}
