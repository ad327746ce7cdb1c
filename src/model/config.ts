/** What an encoder's config.json says, in one spelling for all model types. */
export interface ModelConfig {
  readonly modelType: 'bert' | 'xlm-roberta';
  readonly vocabSize: number;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly intermediateSize: number;
  readonly maxPositions: number;
  readonly typeVocabSize: number;
  readonly layerNormEps: number;
  readonly hiddenDropout: number;
  readonly attentionDropout: number;
  readonly padTokenId: number;
}
