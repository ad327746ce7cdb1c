import { userError } from '../../core/errors/userError.ts';
import type { Evaluation } from '../../training/evaluation.ts';

/** The metric that is asked for, or the task's. @throws UserError `compare-metric` */
export function metricOf(
  { metric: usual, metrics }: Pick<Evaluation, 'metric' | 'metrics'>,
  wanted: string | undefined,
): string {
  const metric = wanted ?? usual;
  if (Object.hasOwn(metrics, metric)) return metric;
  throw userError('compare-metric', { metric, known: Object.keys(metrics) });
}
