/** Whether a metric's value is better than another: losses when smaller, the rest when larger. */
export function isBetter(metric: string, value: number, than: number): boolean {
  return metric === 'loss' || metric === 'perplexity' ? value < than : value > than;
}
