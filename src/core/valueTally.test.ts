import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { newValueTally } from './valueTally.ts';

function magnitudesOf(arrays: readonly Float32Array[]) {
  const tally = newValueTally();
  for (const values of arrays) tally.add(values);
  return tally.magnitudes();
}

test('quantiles, mean and largest are those of the sorted values, however they are cut into arrays', () => {
  const finite = fc.float({ noNaN: true, noDefaultInfinity: true, min: -1000, max: 1000 });
  fc.assert(
    fc.property(fc.array(fc.array(finite), { minLength: 1 }), (lists) => {
      const arrays = lists.map((list) => Float32Array.from(list));
      const sorted = Float32Array.from(lists.flat(), Math.abs).sort();
      const summary = magnitudesOf(arrays);
      expect(summary.count).toBe(sorted.length);
      expect(summary.zeros).toBe(sorted.filter((value) => value === 0).length);
      if (sorted.length === 0) return;
      expect(summary.largest).toBe(sorted.at(-1));
      expect(summary.mean).toBeCloseTo(sorted.reduce((sum, value) => sum + value, 0) / sorted.length, 6);
      for (const { fraction, value } of summary.quantiles) {
        const exact = sorted[Math.max(0, Math.ceil(fraction * sorted.length) - 1)];
        expect(value).toBeLessThanOrEqual(exact);
        expect(value).toBeGreaterThanOrEqual(exact * (1 - 1 / 64) - 1e-38);
      }
      expect(summary.histogram.reduce((sum, { count }) => sum + count, 0)).toBe(
        summary.count - summary.zeros,
      );
      const normal = lists.flat().filter((value) => Math.abs(value) >= 2 ** -126);
      for (const { exponent, count, negative } of summary.histogram.filter((bar) => bar.exponent > -127)) {
        const here = normal.filter((value) => Math.floor(exactLog2(Math.abs(value))) === exponent);
        expect([count, negative]).toEqual([here.length, here.filter((value) => value < 0).length]);
      }
    }),
  );
});

test('the histogram counts powers of two, and negative values apart', () => {
  const { histogram } = magnitudesOf([Float32Array.of(0, -0, 0.5, -0.75, 1, -4.5)]);
  expect(histogram).toEqual([
    { exponent: -1, count: 2, negative: 1 },
    { exponent: 0, count: 1, negative: 0 },
    { exponent: 1, count: 0, negative: 0 },
    { exponent: 2, count: 1, negative: 1 },
  ]);
});

/** Math.log2 is off in its last bit just below a power of two. */
function exactLog2(size: number): number {
  const exponent = Math.floor(Math.log2(size));
  if (2 ** exponent > size) return exponent - 1;
  return 2 ** (exponent + 1) <= size ? exponent + 1 : exponent;
}
