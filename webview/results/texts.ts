import { percent } from '../ui/format.ts';

/** A metric as people read it: fractions in percent, losses and perplexities as they are. */
export function metricFigure(metric: string, value: number | null): string {
  if (value === null) return '–';
  return metric === 'loss' || metric === 'perplexity' ? value.toFixed(2) : percent(value, 2);
}
