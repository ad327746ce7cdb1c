import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { lastValue, stopsOf, valueNear, type ChartSeries, type ChartSpec } from './chartSpec.ts';

function one(id: string, x: number[], y: (number | null)[]): ChartSeries {
  return { id, points: { x, y } } as unknown as ChartSeries;
}

test('the value next to a position is that of the nearest point that has one', () => {
  const points = fc.uniqueArray(fc.integer({ min: 0, max: 100 }), { minLength: 1 }).map((x) => {
    const sorted = x.sort((a, b) => a - b);
    return { x: sorted, y: sorted.map((value) => value + 0.5) };
  });
  fc.assert(
    fc.property(points, fc.integer({ min: -10, max: 110 }), (points, at) => {
      const nearest = Math.min(...points.x.map((x) => Math.abs(x - at)));
      expect(Math.abs((valueNear(points, at, 1000) ?? NaN) - 0.5 - at)).toBe(nearest);
      expect(valueNear(points, at, nearest - 1)).toBeNull();
    }),
  );
});

test('gaps are no stops for the cursor, nor are hidden series', () => {
  const series = [one('a', [1, 2, 3], [5, null, 7]), one('b', [2.5, 9], [1, 1])];
  const spec = { series, xRange: [0, 5] } as unknown as ChartSpec;
  expect(stopsOf(spec, () => false)).toEqual([1, 2.5, 3]);
  expect(stopsOf(spec, (id) => id === 'b')).toEqual([1, 3]);
  expect(lastValue({ x: [1, 2], y: [4, null] })).toBe(4);
});
