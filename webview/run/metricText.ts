import { figure, percent } from '../ui/format.ts';

/** Whether a metric is a loss or a perplexity, and not a share of something. */
export function isFraction(metric: string): boolean {
  return metric !== 'loss' && metric !== 'perplexity';
}

/** A metric's value: shares in percent, losses in nats, perplexities as they are. */
export function metricText(metric: string, value: number | null): string {
  if (isFraction(metric)) return percent(value, 2);
  return metric === 'loss' && value !== null ? `${figure(value)} nats` : figure(value);
}
