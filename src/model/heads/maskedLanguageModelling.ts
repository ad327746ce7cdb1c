import type { ModelConfig } from '../config.ts';
import { embeddingNames } from '../names.ts';
import { gelu } from '../ops/gelu.ts';
import { layerNormalization } from '../ops/layerNormalization.ts';
import { linear } from '../ops/linear.ts';
import type { Head } from './head.ts';

interface Names {
  readonly dense: string;
  readonly norm: string;
  readonly bias: string;
  /** The output matrix where it is not the word embeddings themselves. */
  readonly decoder: string;
}

/** Hugging Face's names of the head's parts. */
export function mlmNames(config: Pick<ModelConfig, 'modelType'>): Names {
  return config.modelType === 'bert'
    ? {
        dense: 'cls.predictions.transform.dense',
        norm: 'cls.predictions.transform.LayerNorm',
        bias: 'cls.predictions.bias',
        decoder: 'cls.predictions.decoder.weight',
      }
    : {
        dense: 'lm_head.dense',
        norm: 'lm_head.layer_norm',
        bias: 'lm_head.bias',
        decoder: 'lm_head.decoder.weight',
      };
}

/**
 * Masked-language modelling: transform, then the output matrix. `untied`: that matrix is a parameter of its own, which
 * starts as a copy of the word embeddings; otherwise it is the word embeddings, whose gradient is then dense.
 */
export function maskedLanguageModelling(untied: boolean): Head {
  return {
    type: 'mlm',
    reads: 'labelled',
    compact: true,
    selectsQueries: true,
    dropoutSites: () => [],
    parameters(config) {
      const names = mlmNames(config);
      const { hiddenSize, vocabSize } = config;
      return [
        { name: names.bias, shape: [vocabSize], initial: 'zeros' },
        { name: `${names.dense}.weight`, shape: [hiddenSize, hiddenSize], initial: 'normal' },
        { name: `${names.dense}.bias`, shape: [hiddenSize], initial: 'zeros' },
        { name: `${names.norm}.weight`, shape: [hiddenSize], initial: 'ones' },
        { name: `${names.norm}.bias`, shape: [hiddenSize], initial: 'zeros' },
      ];
    },
    uses: (config) => [untied ? mlmNames(config).decoder : embeddingNames(config).word],
    output(context, hidden) {
      const { inputs, config } = context;
      const names = mlmNames(config);
      const wide = gelu(linear(hidden, inputs[`${names.dense}.weight`], inputs[`${names.dense}.bias`]));
      const normalized = layerNormalization(
        wide,
        inputs[`${names.norm}.weight`],
        inputs[`${names.norm}.bias`],
        config.layerNormEps,
      );
      const decoder = inputs[untied ? names.decoder : embeddingNames(config).word];
      return linear(normalized, decoder, inputs[names.bias]);
    },
  };
}
