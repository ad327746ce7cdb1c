import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ChangeHistogram } from '../../src/protocol/events.ts';
import { aboutThreshold } from './aboutThreshold.ts';

const first = -40;

/** The bins of a run's statistics: powers of two, the first and last one with what lies beyond. */
function histogramOf(changes: readonly number[]): ChangeHistogram {
  const counts = Array.from({ length: 48 }, () => 0);
  const moved = changes.filter((change) => change > 0);
  for (const change of moved) counts[Math.min(47, Math.max(0, Math.floor(Math.log2(change)) - first))]++;
  return { first, counts, unmoved: changes.length - moved.length };
}

/** Changes within the bins, of which some have not moved. */
const changes = fc.array(
  fc.oneof(
    fc.constant(0),
    fc.double({ min: -39, max: 6, noNaN: true }).map((exponent) => 2 ** exponent),
  ),
  { minLength: 1, maxLength: 300 },
);

test('bins that are filled one by one', () => {
  const histogram = { first: -3, counts: [8, 0, 4], unmoved: 5 };
  expect(aboutThreshold(histogram, 4)).toEqual({ threshold: 2 ** -1, moved: 12 });
  expect(aboutThreshold(histogram, 2).threshold).toBeCloseTo(2 ** -0.5, 12);
  // Half of the lowest bin, beyond the empty one.
  expect(aboutThreshold(histogram, 8).threshold).toBeCloseTo(2 ** -2.5, 12);
  expect(aboutThreshold(histogram, 12).threshold).toBe(2 ** -3);
  expect(aboutThreshold(histogram, 13)).toEqual({ threshold: null, moved: 12 });
});

test('nothing has moved', () => {
  expect(aboutThreshold({ first, counts: [0, 0], unmoved: 7 }, 1)).toEqual({ threshold: null, moved: 0 });
});

test('it lies in the bin of the k-th largest change, or at its lower end', () => {
  fc.assert(
    fc.property(changes, fc.integer({ min: 1, max: 300 }), (all, k) => {
      const sorted = all.filter((change) => change > 0).toSorted((a, b) => b - a);
      const { threshold, moved } = aboutThreshold(histogramOf(all), k);
      expect(moved).toBe(sorted.length);
      if (k > sorted.length) {
        expect(threshold).toBeNull();
        return;
      }
      const bin = Math.floor(Math.log2(sorted[k - 1]));
      expect(threshold).toBeGreaterThanOrEqual(2 ** bin * (1 - 1e-12));
      expect(threshold).toBeLessThan(2 ** (bin + 1));
    }),
  );
});

test('a larger k never gives a larger threshold', () => {
  fc.assert(
    fc.property(changes, fc.integer({ min: 1, max: 299 }), (all, k) => {
      const histogram = histogramOf(all);
      const [small, large] = [aboutThreshold(histogram, k), aboutThreshold(histogram, k + 1)];
      if (large.threshold === null) return;
      expect(small.threshold).toBeGreaterThanOrEqual(large.threshold);
    }),
  );
});
