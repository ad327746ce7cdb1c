import type { Parameter } from '../../src/core/parameters.ts';
import { encoderShapes } from '../../src/formats/encoderShapes.ts';
import type { ModelConfig } from '../../src/formats/modelFolder.ts';

export type ShapeName = 'mBERT' | 'BASE' | 'MiniLM';

const SIZES: Record<ShapeName, { vocab: number; hidden: number; layers: number; up: number }> = {
  mBERT: { vocab: 119_547, hidden: 768, layers: 12, up: 3072 },
  // The same encoder with a small vocabulary.
  BASE: { vocab: 30_522, hidden: 768, layers: 12, up: 3072 },
  MiniLM: { vocab: 30_522, hidden: 384, layers: 6, up: 1536 },
};

/** A BERT of a well-known shape. */
export function shapeConfig(name: ShapeName, dropout = 0.1): ModelConfig {
  const { vocab, hidden, layers, up } = SIZES[name];
  return {
    modelType: 'bert',
    vocabSize: vocab,
    hiddenSize: hidden,
    layers,
    heads: 12,
    intermediateSize: up,
    maxPositions: 512,
    typeVocabSize: 2,
    layerNormEps: 1e-12,
    hiddenDropout: dropout,
    attentionDropout: dropout,
    padTokenId: 0,
    hiddenAct: 'gelu',
    raw: {},
  };
}

/** The same as the peer wants it: fields of BertConfig. */
export function peerShape(config: ModelConfig): Record<string, number> {
  return {
    vocab_size: config.vocabSize,
    hidden_size: config.hiddenSize,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    intermediate_size: config.intermediateSize,
    max_position_embeddings: config.maxPositions,
  };
}

/** Random weights of an encoder: speed does not depend on them. */
export function randomEncoder(config: ModelConfig): Map<string, Parameter> {
  const parameters = new Map<string, Parameter>();
  let state = 12345;
  for (const [name, shape] of encoderShapes(config)) {
    if (name.includes('.pooler.')) continue;
    const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
    if (name.endsWith('LayerNorm.weight')) values.fill(1);
    else if (!name.endsWith('.bias')) {
      for (let i = 0; i < values.length; i++) {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
        values[i] = (state / 2 ** 31) * 0.035;
      }
    }
    parameters.set(name, { shape, values });
  }
  return parameters;
}
