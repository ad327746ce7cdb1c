import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { newRowTable, rowValues, touchRow } from '../core/rowTable.ts';
import { addSource } from './activeSource.ts';

const WIDTH = 3;
const ROWS = 6;

it('adds to arrays and to rows, touched or not, and puts exactly back what was there', () => {
  const value = fc.float({ noNaN: true, noDefaultInfinity: true });
  const values = fc.array(value, { minLength: ROWS * WIDTH, maxLength: ROWS * WIDTH });
  const places = fc.uniqueArray(fc.nat(ROWS * WIDTH - 1)).map((all) => all.sort((a, b) => a - b));
  const touched = fc.uniqueArray(fc.nat(ROWS - 1));
  fc.assert(
    fc.property(values, places, touched, value, (initial, indices, rows, change) => {
      const table = newRowTable(Float32Array.from(initial), WIDTH);
      for (const row of rows) {
        const slot = touchRow(table, row);
        table.values[slot * WIDTH] += 1;
      }
      const array = { shape: [ROWS * WIDTH], values: Float32Array.from(initial) };
      const weights = { arrays: new Map([['a', array]]), tables: new Map([['t', table]]) };
      const all = () =>
        Array.from({ length: ROWS }, (_, row) => {
          const { array: from, at } = rowValues(table, row);
          return [...from.subarray(at, at + WIDTH)];
        }).flat();
      const before = { array: array.values.slice(), table: all() };
      const diff = {
        indices: Uint32Array.from(indices),
        values: new Float32Array(indices.length).fill(change),
      };
      const diffs = new Map([
        ['a', diff],
        ['t', diff],
      ]);
      const takeBack = addSource(weights, diffs);
      before.table.forEach((was, i) => {
        expect(all()[i]).toBe(indices.includes(i) ? Math.fround(was + Math.fround(change)) : was);
      });
      takeBack();
      expect(array.values).toEqual(before.array);
      expect(all()).toEqual(before.table);
    }),
  );
});
