import type { ModelConfig } from './config.ts';

/** Prefix of the encoder's parameters in a Hugging Face model with a head. */
export function encoderPrefix(config: Pick<ModelConfig, 'modelType'>): string {
  return config.modelType === 'bert' ? 'bert.' : 'roberta.';
}

/** Names of the embedding tables: their rows are gathered outside the graph. */
export function embeddingNames(config: Pick<ModelConfig, 'modelType'>): {
  word: string;
  position: string;
  type: string;
} {
  const prefix = `${encoderPrefix(config)}embeddings.`;
  return {
    word: `${prefix}word_embeddings.weight`,
    position: `${prefix}position_embeddings.weight`,
    type: `${prefix}token_type_embeddings.weight`,
  };
}

/** First position id of a sequence: XLM-R counts from pad_token_id + 1. */
export function firstPosition(config: Pick<ModelConfig, 'modelType' | 'padTokenId'>): number {
  return config.modelType === 'bert' ? 0 : config.padTokenId + 1;
}

/** Word pieces of the longest sequence that the position embeddings allow. */
export function longestSequence(
  config: Pick<ModelConfig, 'modelType' | 'padTokenId' | 'maxPositions'>,
): number {
  return config.maxPositions - firstPosition(config);
}
