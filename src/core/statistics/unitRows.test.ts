import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bootstrapInterval } from '../metrics/bootstrap.ts';
import { accuracyOf } from '../metrics/tagging.ts';
import { uniform } from '../random.ts';
import { unitRows } from './unitRows.ts';

const sum = (rows: readonly ArrayLike<number>[], column: number) =>
  rows.reduce((total, one) => total + one[column], 0);

describe('counts by unit', () => {
  it('adds up the rows of a unit, in the order in which units come first', () => {
    const rows = [
      [1, 1],
      [0, 1],
      [1, 2],
      [5, 5],
    ];
    expect(unitRows(rows, ['b', 'a', 'b', 'c'])).toEqual(
      [
        [2, 3],
        [0, 1],
        [5, 5],
      ].map((row) => Float64Array.from(row)),
    );
    expect(rows[0]).toEqual([1, 1]);
  });

  it('keeps the sums, whatever the units', () => {
    const row = fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 }));
    fc.assert(
      fc.property(fc.array(fc.tuple(row, fc.nat(4)), { minLength: 1 }), (all) => {
        const rows = all.map(([one]) => one);
        const units = unitRows(
          rows,
          all.map(([, unit]) => unit),
        );
        for (const column of [0, 1]) expect(sum(units, column)).toBe(sum(rows, column));
        expect(units).toHaveLength(new Set(all.map(([, unit]) => unit)).size);
      }),
    );
  });

  it('gives intervals that cover where the pairs of a premise go right or wrong together', () => {
    const [premises, pairs, trials, truth] = [120, 3, 300, 0.7];
    const covered = { units: 0, rows: 0 };
    for (let trial = 0; trial < trials; trial++) {
      const units = Array.from({ length: premises * pairs }, (_, i) => Math.floor(i / pairs));
      const rows = units.map((premise) => [uniform(trial, premise, 7) < truth ? 1 : 0, 1]);
      const covers = (counts: readonly ArrayLike<number>[]) => {
        const { low, high } = bootstrapInterval(
          counts.map((one) => Float64Array.from(one)),
          accuracyOf,
          {
            seed: trial,
            samples: 400,
          },
        );
        return low <= truth && truth <= high;
      };
      if (covers(unitRows(rows, units))) covered.units++;
      if (covers(rows)) covered.rows++;
    }
    expect(covered.units / trials).toBeGreaterThanOrEqual(0.92);
    expect(covered.units / trials).toBeLessThanOrEqual(0.98);
    // As if each pair were on its own, they are far too narrow.
    expect(covered.rows / trials).toBeLessThan(0.8);
  });
});
