import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { sparseDiffs } from '../../test/support/sparseArbitraries.ts';
import { addMovement, movementOrders, newMovement, sortedLines } from './movement.ts';

const shapes = fc.record({
  rows: fc.integer({ min: 1, max: 12 }),
  lines: fc.integer({ min: 1, max: 6 }),
  width: fc.integer({ min: 1, max: 4 }),
});

test('lines have moved as far as their entries, counted one by one, in however many parts these come', () => {
  fc.assert(
    fc.property(
      shapes.chain((shape) => {
        const columns = shape.lines * shape.width;
        const size = shape.rows * shape.width * columns;
        return fc.tuple(fc.constant({ ...shape, columns }), sparseDiffs(size), fc.nat({ max: 60 }));
      }),
      fc.constantFrom('row' as const, 'column' as const),
      ([{ rows, lines, width, columns }, diff, cut], by) => {
        const movement = newMovement(by === 'row' ? rows : lines);
        const { indices, values } = diff;
        for (const [from, to] of [
          [0, cut],
          [cut, indices.length],
        ]) {
          const part = { indices: indices.subarray(from, to), values: values.subarray(from, to) };
          addMovement(movement, part, { columns, by, width });
        }
        for (const line of movement.entries.keys()) {
          const here = [...values].filter((_, i) => {
            const place = by === 'row' ? Math.floor(indices[i] / columns) : indices[i] % columns;
            return Math.floor(place / width) === line;
          });
          expect(movement.entries[line]).toBe(here.length);
          expect(movement.l1[line]).toBeCloseTo(here.reduce((sum, value) => sum + Math.abs(value), 0));
          expect(movement.squares[line]).toBeCloseTo(here.reduce((sum, value) => sum + value ** 2, 0));
        }
      },
    ),
  );
});

test('lines without entries are left out, the others come in the order that is asked for, ties in their own', () => {
  fc.assert(
    fc.property(sparseDiffs(60), fc.constantFrom(...movementOrders), (diff, by) => {
      const movement = newMovement(20);
      addMovement(movement, diff, { columns: 3, by: 'row', width: 1 });
      const lines = [...sortedLines(movement, by)];
      expect(lines.toSorted((a, b) => a - b)).toEqual(
        [...new Set(Array.from(diff.indices, (index) => Math.floor(index / 3)))].sort((a, b) => a - b),
      );
      const key = (line: number) =>
        by === 'line'
          ? -line
          : { l2: movement.squares, l1: movement.l1, entries: movement.entries }[by][line];
      lines.slice(1).forEach((line, i) => {
        const before = lines[i];
        expect(key(before) > key(line) || (key(before) === key(line) && before < line)).toBe(true);
      });
    }),
  );
});

test('indices above 2^31 find their rows', () => {
  const movement = newMovement(5_000_000);
  const indices = Uint32Array.of(768 * 4_000_000 + 767, 2 ** 32 - 1);
  addMovement(movement, { indices, values: Float32Array.of(3, -4) }, { columns: 1000, by: 'row', width: 1 });
  const row = Math.floor(indices[0] / 1000);
  expect([movement.squares[row], movement.l1[4_294_967]]).toEqual([9, 4]);
});
