import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { keepChanges, selectKept, selectKeptPerTensor } from './keptChanges.ts';
import { selectLottery, selectRandomPerTensor, type Candidate } from './selection.ts';

/** Few distinct values, so that there are ties; sizes that are no multiples of 32. */
const value = fc.constantFrom(0, 1, -1, 0.5, 2, 1e-9, -3);
const whole = fc
  .array(fc.tuple(value, value), { minLength: 1, maxLength: 90 })
  .map((pairs): Omit<Candidate, 'name'> => ({
    size: pairs.length,
    values: Float32Array.from(pairs, ([p]) => p),
    originals: Float32Array.from(pairs, ([, p0]) => p0),
  }));
/** A table of 20 rows of which a few are touched. */
const table = fc
  .tuple(
    fc.uniqueArray(fc.nat(19), { minLength: 1, maxLength: 6 }),
    fc.array(value, { minLength: 18, maxLength: 18 }),
  )
  .map(([rows, values]): Omit<Candidate, 'name'> => {
    const indices = Int32Array.from(rows).sort();
    const count = indices.length * 3;
    return {
      size: 60,
      values: Float32Array.from(values.slice(0, count)),
      originals: new Float32Array(count),
      rows: { indices, width: 3 },
    };
  });
const candidates = fc
  .array(fc.oneof(whole, table), { minLength: 1, maxLength: 5 })
  .map((all) => all.map((one, i): Candidate => ({ name: `p${i}`, ...one })));

it('chooses what the full phase itself would have chosen, to the last tie', () => {
  fc.assert(
    fc.property(candidates, fc.nat(200), fc.nat(200), fc.nat(), (all, most, less, seed) => {
      const kept = keepChanges(all, most);
      const k = Math.min(less, most);
      const direct = selectLottery(all, k);
      const found = selectKept(kept, k);
      expect([...found.mask]).toEqual([...direct.mask]);
      expect(found.count).toBe(direct.count);
      expect(found.threshold).toBe(direct.threshold);
      expect(selectKeptPerTensor(kept, k, seed).mask).toEqual(selectRandomPerTensor(all, k, seed).mask);
    }),
    { numRuns: 500 },
  );
});

it('knows how many have moved, and keeps no more', () => {
  fc.assert(
    fc.property(candidates, (all) => {
      const kept = keepChanges(all, 1e6);
      const moved = all.flatMap(({ values, originals }) => [...values].filter((v, i) => v !== originals[i]));
      expect([kept.moved, kept.count]).toEqual([moved.length, moved.length]);
    }),
  );
});
