import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { coarseSteps, kAt, kPositions, kRange, positionOf, steppedK } from './kScale.ts';

const ranges = fc
  .tuple(fc.integer({ min: 1, max: 300_000_000 }), fc.integer({ min: 1, max: 1000 }))
  .map(([maskable, iterations]) => kRange(maskable, 1 + Math.floor(maskable / 12), iterations));

test('the scale goes from 0.1 % to half of all entries, and to a K beyond', () => {
  expect(kRange(1_000_000, 80_000, 1)).toEqual({ low: 1000, high: 500_000 });
  expect(kRange(1_000_000, 400, 1)).toEqual({ low: 400, high: 500_000 });
  expect(kRange(1_000_000, 700_000, 1)).toEqual({ low: 1000, high: 700_000 });
  expect(kRange(600, 50, 3)).toEqual({ low: 3, high: 300 });
  expect(kRange(1, 1, 1)).toEqual({ low: 1, high: 1 });
});

test('it is logarithmic: its middle is the geometric mean', () => {
  const range = kRange(1_000_000, 80_000, 1);
  expect(kAt(range, 0)).toBe(1000);
  expect(kAt(range, kPositions / 2)).toBe(22_400);
  expect(kAt(range, kPositions)).toBe(500_000);
  expect(steppedK(range, 22_400, 1)).toBe(22_700);
  expect(steppedK(range, 22_400, coarseSteps)).toBe(30_500);
});

test('K and its position agree, and the ends are exact', () => {
  fc.assert(
    fc.property(ranges, fc.integer({ min: 0, max: kPositions }), (range, position) => {
      const k = kAt(range, position);
      expect(Number.isInteger(k)).toBe(true);
      expect(k).toBeGreaterThanOrEqual(range.low);
      expect(k).toBeLessThanOrEqual(range.high);
      // Three digits, or a whole number where there are fewer: as far as that is from the position's own K.
      const exact = range.low * (range.high / range.low) ** (position / kPositions);
      expect(Math.abs(k - exact)).toBeLessThanOrEqual(Math.max(0.5, 0.005 * exact) * (1 + 1e-9));
      expect(positionOf(range, range.low)).toBe(0);
      if (range.high > range.low) expect(positionOf(range, range.high)).toBe(kPositions);
    }),
  );
});

test('a larger position never gives a smaller K', () => {
  fc.assert(
    fc.property(ranges, fc.integer({ min: 0, max: kPositions - 1 }), (range, position) => {
      expect(kAt(range, position + 1)).toBeGreaterThanOrEqual(kAt(range, position));
    }),
  );
});

test('every step of a key changes K, in its direction, and ends within the scale', () => {
  const steps = fc.constantFrom(1, -1, coarseSteps, -coarseSteps);
  const cases = ranges.chain((range) =>
    fc.tuple(fc.constant(range), fc.integer({ min: range.low, max: range.high }), steps),
  );
  fc.assert(
    fc.property(cases, ([range, k, step]) => {
      const next = steppedK(range, k, step);
      const end = step > 0 ? range.high : range.low;
      if (k === end) expect(next).toBe(end);
      else expect(Math.sign(next - k)).toBe(Math.sign(step));
      expect(next).toBeGreaterThanOrEqual(range.low);
      expect(next).toBeLessThanOrEqual(range.high);
    }),
  );
});
