/** The metric that matters most, as people read it; '' where there is none. */
export function metricWords(metrics: Readonly<Record<string, number>>): string {
  for (const [name, words] of preferred) {
    const value = metrics[name];
    if (value !== undefined && Number.isFinite(value)) return words(value);
  }
  return '';
}

const preferred: readonly (readonly [string, (value: number) => string])[] = [
  ['accuracy', (value) => `acc ${(100 * value).toFixed(1)} %`],
  ['f1', (value) => `F1 ${(100 * value).toFixed(1)} %`],
  ['perplexity', (value) => `ppl ${value.toFixed(1)}`],
  ['loss', (value) => `loss ${value.toFixed(3)}`],
];

/** Seconds as people say them: `45 s`, `3 min`, `2 h 10 min`. */
export function durationWords(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
