import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { toColumnMajor, toRowMajor } from './sftBinIndices.ts';

/** Coordinates of a flat index, the last dimension fastest. */
function coordinates(flat: number, shape: readonly number[]): number[] {
  const found: number[] = [];
  for (let d = shape.length - 1, rest = flat; d >= 0; d--) {
    found.unshift(rest % shape[d]);
    rest = Math.floor(rest / shape[d]);
  }
  return found;
}

function columnIndex(at: readonly number[], shape: readonly number[]): number {
  return at.reduceRight((index, coordinate, d) => index * shape[d] + coordinate, 0);
}

const shapes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 0, maxLength: 4 });

test('row-major and column-major indices tell the same entries, and both ascend', () => {
  const cases = shapes.chain((shape) => {
    const size = shape.reduce((product, n) => product * n, 1);
    const flats = fc.uniqueArray(fc.nat(size - 1), { maxLength: 60 });
    return fc.record({ shape: fc.constant(shape), flats });
  });
  fc.assert(
    fc.property(cases, ({ shape, flats }) => {
      const indices = Uint32Array.from(flats).sort();
      const values = Float32Array.from(indices, (index) => index + 0.5);
      const kept = indices.slice();
      const columns = toColumnMajor({ indices, values }, shape);
      expect(indices).toEqual(kept);
      const naive = [...indices]
        .map((index, i) => [columnIndex(coordinates(index, shape), shape), values[i]])
        .sort(([a], [b]) => a - b);
      expect([...columns.indices]).toEqual(naive.map(([index]) => index));
      expect([...columns.values]).toEqual(naive.map(([, value]) => value));
      const rows = toRowMajor({ indices: columns.indices.slice(), values: columns.values }, shape);
      expect(rows).toEqual({ indices, values });
    }),
    { numRuns: 500 },
  );
});

test('a few entries of a huge parameter take no memory for its rows', () => {
  const shape = [2 ** 30, 4];
  const indices = Uint32Array.of(2, 5, 4294967295);
  const values = Float32Array.of(1, 2, 3);
  const columns = toColumnMajor({ indices, values }, shape);
  expect([...columns.indices]).toEqual([2 ** 30 + 1, 2 ** 31, 2 ** 32 - 1]);
  expect([...columns.values]).toEqual([2, 1, 3]);
  expect(toRowMajor(columns, shape)).toEqual({ indices, values });
});
