/** What the demo is made of. Chosen on worlds 1 and 2, never on the one that is shown. */
export const settings = {
  /** The world that the demo shows. */
  world: 7,
  encoder: { hiddenSize: 64, layers: 2, heads: 4, intermediateSize: 256, maxPositions: 64 },
  /** Steps and learning rate of pre-training; share of pieces masked. */
  pretraining: { steps: 3000, learningRate: 3e-3, batchSize: 32, probability: 0.3, seed: 1 },
} as const;
