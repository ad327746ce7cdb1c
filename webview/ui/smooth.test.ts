import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { smooth } from './smooth.ts';

test('a straight line stays as it is, to its ends', () => {
  const line = Array.from({ length: 20 }, (_, i) => 3 * i);
  smooth(line, 4).forEach((value, i) => expect(value).toBeCloseTo(line[i]));
});

test('gaps stay gaps, and means lie between the least and the most', () => {
  const values = fc.array(fc.option(fc.double({ min: -1e3, max: 1e3, noNaN: true })));
  fc.assert(
    fc.property(values, fc.nat(9), (values, radius) => {
      const known = values.filter((value) => value !== null);
      smooth(values, radius).forEach((value, i) => {
        expect(value === null).toBe(values[i] === null);
        if (value === null) return;
        expect(value).toBeGreaterThanOrEqual(Math.min(...known) - 1e-6);
        expect(value).toBeLessThanOrEqual(Math.max(...known) + 1e-6);
      });
    }),
  );
});

test('noise is less at the ends too', () => {
  const noise = Array.from({ length: 40 }, (_, i) => 10 + (i % 2 === 0 ? 1 : -1));
  for (const value of smooth(noise, 6)) expect(Math.abs((value ?? NaN) - 10)).toBeLessThan(0.5);
});
