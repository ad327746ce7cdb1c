/** What the demo is made of. Chosen on worlds 1 and 2, never on the one that is shown. */
export const settings = {
  /** The world that the demo shows. */
  world: 7,
  encoder: { hiddenSize: 64, layers: 2, heads: 4, intermediateSize: 256, maxPositions: 64 },
  /** deviation: of fresh weights; 0.02, which is usual, sat on a plateau at this width. probability: share of pieces masked. */
  pretraining: {
    steps: 6000,
    warmupSteps: 100,
    learningRate: 3e-3,
    batchSize: 32,
    probability: 0.3,
    deviation: 0.06,
    seed: 1,
  },
} as const;
