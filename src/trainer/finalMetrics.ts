import type { Predictor } from '../training/predictor.ts';
import type { TrainingResult } from '../training/train.ts';
import type { PreparedRun } from './prepare.ts';

/** Metrics of the finished model on the validation data; none where there are no such data. */
export async function evaluateFinal(
  { data }: PreparedRun,
  predictor: Predictor,
  { weights }: TrainingResult,
): Promise<Readonly<Record<string, number>>> {
  return data.validate === undefined ? {} : data.validate(predictor, weights);
}
