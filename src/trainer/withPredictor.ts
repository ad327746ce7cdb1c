import type { Parameter } from '../core/parameters.ts';
import type { Engine } from '../engine/engine.ts';
import { buildModel } from '../model/buildModel.ts';
import type { ModelConfig } from '../model/config.ts';
import type { Head } from '../model/heads/head.ts';
import { graphModel, microTokensFor, packingOptions } from '../training/graphModel.ts';
import { newPredictor, type Predictor } from '../training/predictor.ts';
import { newWeights, type Weights } from '../training/weights.ts';

/** A model whose parameters stay as they are. */
export interface FixedModel {
  readonly config: ModelConfig;
  /** Of encoder and head; what the head lacks would be made afresh. */
  readonly parameters: Map<string, Parameter>;
  readonly head: Head;
  /** Columns of the head's output. */
  readonly outputs: number;
}

/** Lets `use` predict with a model, and gives back what that took. */
export async function withPredictor<T>(
  engine: Engine,
  { config, parameters: all, head, outputs }: FixedModel,
  use: (predictor: Predictor, weights: Weights) => Promise<T>,
): Promise<T> {
  const parameters = buildModel(all, { config, head, labels: outputs, seed: 0 });
  const frozen = new Map([...parameters.keys()].map((name) => [name, 'frozen'] as const));
  const weights = newWeights(parameters, frozen, config, []);
  const predictor = newPredictor({
    engine,
    model: graphModel(parameters, config, head),
    packing: packingOptions(config, head),
    labels: outputs,
    microTokens: microTokensFor(config),
  });
  try {
    return await use(predictor, weights);
  } finally {
    await predictor.release();
  }
}
