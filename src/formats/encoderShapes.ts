import { encoderPrefixes } from '../core/canonicalNames.ts';
import type { ModelConfig } from './modelConfig.ts';

/**
 * Names and shapes of an encoder's parameters as in a Hugging Face model with a head, in the model's order: embeddings,
 * layers, pooler (which a model may lack).
 */
export function encoderShapes(config: ModelConfig): Map<string, number[]> {
  const { hiddenSize: h, intermediateSize: up } = config;
  const shapes = new Map<string, number[]>();
  const prefix = encoderPrefixes[config.modelType];
  const add = (name: string, shape: number[]) => shapes.set(prefix + name, shape);
  const dense = (name: string, outputs: number, inputs: number) => {
    add(`${name}.weight`, [outputs, inputs]);
    add(`${name}.bias`, [outputs]);
  };
  const layerNorm = (name: string) => {
    add(`${name}.LayerNorm.weight`, [h]);
    add(`${name}.LayerNorm.bias`, [h]);
  };
  add('embeddings.word_embeddings.weight', [config.vocabSize, h]);
  add('embeddings.position_embeddings.weight', [config.maxPositions, h]);
  add('embeddings.token_type_embeddings.weight', [config.typeVocabSize, h]);
  layerNorm('embeddings');
  for (let layer = 0; layer < config.layers; layer++) {
    const name = `encoder.layer.${layer}`;
    for (const part of ['query', 'key', 'value']) dense(`${name}.attention.self.${part}`, h, h);
    dense(`${name}.attention.output.dense`, h, h);
    layerNorm(`${name}.attention.output`);
    dense(`${name}.intermediate.dense`, up, h);
    dense(`${name}.output.dense`, h, up);
    layerNorm(`${name}.output`);
  }
  dense('pooler.dense', h, h);
  return shapes;
}
