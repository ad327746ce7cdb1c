import { expect, it } from 'vitest';
import { differenceBounds, figureBounds } from './bounds.ts';

it('an interval ends where its metric does', () => {
  expect(figureBounds('accuracy', { low: -1.6, high: 2.5 })).toEqual({ low: 0, high: 1 });
  expect(figureBounds('f1', { low: 0.2, high: 0.4 })).toEqual({ low: 0.2, high: 0.4 });
  expect(figureBounds('loss', { low: -0.3, high: 4.5 })).toEqual({ low: 0, high: 4.5 });
  expect(differenceBounds('accuracy', { low: -1.6, high: 0.1 })).toEqual({ low: -1, high: 0.1 });
  expect(differenceBounds('perplexity', { low: -30, high: 40 })).toEqual({ low: -30, high: 40 });
  expect(figureBounds('accuracy', { low: NaN, high: NaN })).toEqual({ low: NaN, high: NaN });
});
