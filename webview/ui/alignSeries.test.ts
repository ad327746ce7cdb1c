import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { alignSeries } from './alignSeries.ts';

test('every point of every series is found at its position, and nothing else', () => {
  const points = fc
    .uniqueArray(fc.integer({ min: 0, max: 50 }))
    .map((x) => x.sort((a, b) => a - b))
    .map((x) => ({ x, y: x.map((value) => (value % 7 === 0 ? null : value * 2)) }));
  fc.assert(
    fc.property(fc.array(points, { maxLength: 4 }), (series) => {
      const { x, ys } = alignSeries(series);
      expect(x).toEqual([...x].sort((a, b) => a - b));
      series.forEach((one, s) => {
        const found = x.flatMap((value, i) => (ys[s][i] === undefined ? [] : [[value, ys[s][i]]]));
        expect(found).toEqual(one.x.map((value, i) => [value, one.y[i]]));
      });
    }),
  );
});
