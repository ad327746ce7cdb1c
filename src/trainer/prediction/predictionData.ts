import type { EvaluationData } from '../evaluator/evaluationData.ts';
import type { Prediction } from '../../training/predictions.ts';

/** How what a model says is written. */
export const predictionFormats = ['conllu', 'columns', 'jsonl'] as const;
export type PredictionFormat = (typeof predictionFormats)[number];

/** A file without labels (or whose labels are not looked at), as a head predicts for it. */
export interface PredictionData extends Pick<
  EvaluationData,
  'head' | 'outputs' | 'examples' | 'notes' | 'predict'
> {
  /** What is written unless another format is asked for. */
  readonly format: PredictionFormat;
  /** What the model says of all examples. @throws UserError `predict-format` for one that the task does not have */
  readonly write: (predictions: readonly Prediction[], format: PredictionFormat) => Uint8Array | string;
}
