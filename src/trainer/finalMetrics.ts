import type { DoneEvent } from '../protocol/events.ts';
import type { Predictor } from '../training/predictor.ts';
import type { TrainingResult } from '../training/train.ts';
import type { PreparedRun } from './prepare.ts';

/** What a finished model reaches on the validation data. */
export type FinalResult = Pick<DoneEvent, 'metrics' | 'interval'>;

/** Metrics of the finished model on the validation data, with the interval of one; none without such data. */
export async function evaluateFinal(
  { data }: PreparedRun,
  predictor: Predictor,
  { weights }: TrainingResult,
): Promise<FinalResult> {
  if (data.validate === undefined) return { metrics: {} };
  const found = await data.validate(predictor, weights);
  const { metric, metrics } = found;
  const interval = found.interval?.();
  // A record has no numbers that are none: where nothing could be resampled there is no interval.
  if (metric === undefined || interval === undefined) return { metrics };
  const { low, high } = interval;
  return Number.isFinite(low) && Number.isFinite(high)
    ? { metrics, interval: { metric, low, high } }
    : { metrics };
}
