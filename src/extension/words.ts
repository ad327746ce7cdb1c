import { shareText } from './views/figures.ts';

/** The metric that matters most, as people read it; '' where there is none. */
export function metricWords(metrics: Readonly<Record<string, number>>): string {
  for (const [name, words] of hasSpans(metrics) ? ofSpans : preferred) {
    const value = metrics[name];
    if (value !== undefined && Number.isFinite(value)) return words(value);
  }
  return '';
}

/** Names are found, not tagged: most words have none, so nearly all of their tags are right in any case. */
function hasSpans({ accuracy, f1, macroF1 }: Readonly<Record<string, number | undefined>>): boolean {
  return accuracy !== undefined && f1 !== undefined && f1 !== macroF1;
}

const preferred: readonly (readonly [string, (value: number) => string])[] = [
  ['accuracy', (value) => `acc ${(100 * value).toFixed(1)} %`],
  ['f1', (value) => `F1 ${(100 * value).toFixed(1)} %`],
  ['las', (value) => `LAS ${(100 * value).toFixed(1)} %`],
  ['perplexity', (value) => `ppl ${value.toFixed(1)}`],
  ['loss', (value) => `loss ${value.toFixed(3)}`],
];
const ofSpans = preferred.toSorted(([a], [b]) => Number(b === 'f1') - Number(a === 'f1'));

/** A metric's value: shares in percent, losses and perplexities as they are. */
export function metricText(name: string, value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (name === 'loss') return value.toFixed(3);
  return name === 'perplexity' ? value.toFixed(1) : shareText(value);
}

/** Seconds as people say them: `45 s`, `3 min`, `2 h 10 min`. */
export function durationWords(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
