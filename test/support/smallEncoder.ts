import type { Parameter } from '../../src/core/parameters.ts';
import { normal } from '../../src/core/random.ts';
import { encoderShapes } from '../../src/formats/encoderShapes.ts';
import type { ModelConfig } from '../../src/formats/modelConfig.ts';

/** A BERT of two layers that trains in moments, with dropout. */
export function smallConfig(hiddenSize: number): ModelConfig {
  return {
    modelType: 'bert',
    vocabSize: 50,
    hiddenSize,
    layers: 2,
    heads: 4,
    intermediateSize: 2 * hiddenSize,
    maxPositions: 64,
    typeVocabSize: 2,
    layerNormEps: 1e-12,
    hiddenDropout: 0.1,
    attentionDropout: 0.1,
    padTokenId: 0,
    hiddenAct: 'gelu',
    raw: {},
  };
}

/** Random weights of an encoder, the same each time. */
export function randomWeights(config: ModelConfig): Map<string, Parameter> {
  const base = new Map<string, Parameter>();
  for (const [name, shape] of encoderShapes(config)) {
    const size = shape.reduce((product, length) => product * length, 1);
    const stream = base.size;
    base.set(name, { shape, values: Float32Array.from({ length: size }, (_, i) => 0.2 * normal(stream, i)) });
  }
  return base;
}
