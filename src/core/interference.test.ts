import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sparseDiffs } from '../../test/support/sparseArbitraries.ts';
import { interference, interferenceTable, type PairTally } from './interference.ts';
import { newPairCounter, pairsOf } from './pairs.ts';
import type { SparseDiff } from './sft.ts';

const size = 100_000;
const none = { both: 0, equal: 0, opposite: 0, dot: 0, squaresA: 0, squaresB: 0 };

/** What two SFTs have in common, entry by entry. */
function naive(a: SparseDiff, b: SparseDiff) {
  const theirs = new Map([...b.indices].map((index, i) => [index, b.values[i]]));
  const sum = { ...none };
  a.indices.forEach((index, i) => {
    const other = theirs.get(index);
    if (other === undefined) return;
    const value = a.values[i];
    sum.both++;
    if (Math.sign(value) * Math.sign(other) > 0) sum.equal++;
    if (Math.sign(value) * Math.sign(other) < 0) sum.opposite++;
    sum.dot += value * other;
    sum.squaresA += value ** 2;
    sum.squaresB += other ** 2;
  });
  return sum;
}

/** Few positions, far apart, so that masks meet and blocks are crossed. */
const diffs = sparseDiffs(50).map(({ indices, values }) => ({
  indices: indices.map((index) => index * 1999),
  values,
}));

describe('pairs of SFTs', () => {
  test('have in common what a walk entry by entry finds, whatever the windows', () => {
    fc.assert(
      fc.property(
        fc.array(diffs, { minLength: 2, maxLength: 4 }),
        fc.array(fc.nat({ max: size }), { maxLength: 4 }),
        (sfts, cuts) => {
          const counter = newPairCounter(sfts.length);
          const ends = [...new Set([...cuts, size])].sort((a, b) => a - b);
          let start = 0;
          for (const end of ends) {
            const within = (index: number) => index >= start && index < end;
            counter.add(
              start,
              end,
              sfts.map(({ indices, values }) => ({
                indices: indices.filter(within),
                values: values.filter((_, i) => within(indices[i])),
              })),
            );
            start = end;
          }
          counter.overlaps().forEach((overlap, p) => {
            const [a, b] = pairsOf(sfts.length)[p];
            const wanted = naive(sfts[a], sfts[b]);
            const { both, equal, opposite } = wanted;
            expect(overlap).toMatchObject({ both, equal, opposite });
            for (const sum of ['dot', 'squaresA', 'squaresB'] as const)
              expect(overlap[sum]).toBeCloseTo(wanted[sum], 9);
          });
          counter.extents().forEach(({ entries, energy }, s) => {
            expect(entries).toBe(sfts[s].indices.length);
            expect(energy).toBeCloseTo(
              sfts[s].values.reduce((sum, value) => sum + value ** 2, 0),
              4,
            );
          });
        },
      ),
    );
  });
});

const tally = (name: string, total: number | undefined, kA: number, kB: number, part = {}): PairTally => ({
  name,
  total,
  a: { entries: kA, energy: 8 },
  b: { entries: kB, energy: 2 },
  overlap: { ...none, ...part },
});

const nameOf = (layer: number, part: string) => `bert.encoder.layer.${layer}.attention.self.${part}.weight`;

describe('interference', () => {
  test('is told against chance: of the tensors, and of masks that lie evenly', () => {
    const found = interference([
      tally('small', 10, 10, 10, { both: 10, equal: 6, opposite: 2, dot: 2, squaresA: 4, squaresB: 1 }),
      tally('large', 990, 0, 0),
    ]);
    expect(found).toEqual({
      entriesA: 10,
      entriesB: 10,
      onlyA: 0,
      onlyB: 0,
      both: 10,
      equal: 6,
      opposite: 2,
      // All of it lies in one small tensor: no more than chance, though 100 times what even masks would have.
      expected: 10,
      uniform: 0.1,
      timesChance: 1,
      signAgreement: 0.75,
      cosine: 1,
      energyA: 0.25,
      energyB: 0.25,
    });
  });

  test('of random masks is what chance would give', () => {
    const total = 40_000;
    let state = 7;
    const random = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0) / 2 ** 32 + 0.5;
    const mask = (share: number) => {
      const indices = Uint32Array.from(Array(total).keys()).filter(() => random() < share);
      return { indices, values: Float32Array.from(indices, () => random() - 0.5) };
    };
    const counter = newPairCounter(2);
    counter.add(0, total, [mask(0.3), mask(0.1)]);
    const [a, b] = counter.extents();
    const found = interference([{ name: 'x', total, a, b, overlap: counter.overlaps()[0] }]);
    expect(found.timesChance).toBeGreaterThan(0.9);
    expect(found.timesChance).toBeLessThan(1.1);
    expect(found.expected).toBe(found.uniform);
    expect(Math.abs(found.cosine ?? 1)).toBeLessThan(0.1);
    expect(Math.abs((found.signAgreement ?? 0) - 0.5)).toBeLessThan(0.05);
  });

  test('says nothing where there is nothing to divide by, or sizes are not known', () => {
    const empty = interference([tally('x', 5, 0, 0)]);
    expect(empty.cosine).toBeUndefined();
    expect(empty.signAgreement).toBeUndefined();
    expect(empty.timesChance).toBeUndefined();
    const unknown = interference([tally('x', undefined, 3, 3, { both: 1 }), tally('y', 10, 1, 1)]);
    expect(unknown).toMatchObject({ both: 1, expected: undefined, uniform: undefined });
  });

  test('adds up by layer and module', () => {
    const { cells, all, byRow } = interferenceTable([
      tally(nameOf(0, 'query'), 100, 10, 20, { both: 3 }),
      tally(nameOf(1, 'query'), 100, 10, 20, { both: 5 }),
      tally(nameOf(1, 'key'), 100, 10, 20, { both: 7 }),
    ]);
    expect(cells.map(({ row, column, both }) => [row, column, both])).toEqual([
      ['0', 'q', 3],
      ['1', 'q', 5],
      ['1', 'k', 7],
    ]);
    expect(byRow.map(({ both }) => both)).toEqual([3, 12]);
    expect(all).toMatchObject({ both: 15, expected: 6, entriesA: 30, uniform: (30 * 60) / 300 });
  });
});
