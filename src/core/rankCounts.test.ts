import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { radixSelect } from './radixSelect.ts';
import { arrayPart, rankCounts } from './rankCounts.ts';

/** Keys of 0, many ties, several in one upper bin, and any other of 31 bits. */
const key = fc.oneof(
  fc.constantFrom(0, 1, 2, 0xffff, 0x10000, 0x10001, 0x3f800000, 0x3f800001, 0x3f80ffff, 0x7fffffff),
  fc.nat(0x7fffffff),
);
const arrays = fc.array(
  fc.array(key, { maxLength: 120 }).map((keys) => Uint32Array.from(keys)),
  { maxLength: 6 },
);
const sizes = fc.array(fc.nat(500), { maxLength: 8 });

it('counts what a selection of each size would choose, to the last tie', () => {
  fc.assert(
    fc.property(arrays, sizes, (keys, ks) => {
      const found = rankCounts(keys, ks);
      const direct = ks.map((k) => radixSelect(keys.map(arrayPart), k));
      expect(found).toEqual(
        direct.map(({ count, threshold, chosen }) => ({
          count,
          threshold,
          byPart: chosen.map(({ length }) => length),
        })),
      );
    }),
    { numRuns: 150 },
  );
});

it('counts more keys than fit a chunk', () => {
  const keys = Array.from({ length: 3 }, (_, part) =>
    Uint32Array.from({ length: 40_000 }, (__, i) => Math.imul(i + part, 2_654_435_761) >>> 1),
  );
  const [half] = rankCounts(keys, [60_000]);
  const direct = radixSelect(keys.map(arrayPart), 60_000);
  expect(half.threshold).toBe(direct.threshold);
  expect(half.byPart).toEqual(direct.chosen.map(({ length }) => length));
});
