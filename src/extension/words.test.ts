import { expect, it } from 'vitest';
import { metricWords } from './words.ts';

it('names the metric that matters most', () => {
  expect(metricWords({ accuracy: 0.947, macroF1: 0.9, f1: 0.9 })).toBe('acc 94.7 %');
  expect(metricWords({ exactMatch: 0.5, f1: 0.634 })).toBe('F1 63.4 %');
  expect(metricWords({ loss: 2.1, perplexity: 8.17 })).toBe('ppl 8.2');
  expect(metricWords({})).toBe('');
});

it('is F1 where spans are found: nearly every word of a text is no name', () => {
  expect(metricWords({ accuracy: 0.97, macroF1: 0.4, f1: 0.51, f1Strict: 0.5 })).toBe('F1 51.0 %');
});
