import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { sparseDiffs } from '../../test/support/sparseArbitraries.ts';
import type { SparseDiff } from '../core/sft.ts';
import { forEachPart, streamEntries } from './sftParts.ts';

function source(diff: SparseDiff) {
  return {
    file: 'x',
    counts: new Map([['p', diff.indices.length]]),
    readPart: async (_: string, { from, to }: { from: number; to: number }) => ({
      indices: diff.indices.slice(from, to),
      values: diff.values.slice(from, to),
    }),
  };
}

/** More than are read at once: every second position. */
const long: SparseDiff = {
  indices: Uint32Array.from({ length: 2 ** 20 + 5 }, (_, i) => 2 * i),
  values: new Float32Array(2 ** 20 + 5).fill(1),
};

test('windows of indices give every entry once, in order, whatever their borders', async () => {
  const borders = fc.array(fc.nat({ max: 500 }), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(sparseDiffs(500), borders, async (diff, cuts) => {
      const stream = streamEntries(source(diff), 'p');
      const [indices, values]: [number[], number[]] = [[], []];
      let start = 0;
      for (const end of [...cuts.toSorted((a, b) => a - b), 500]) {
        const part = await stream.below(end);
        expect([...part.indices].every((index) => index >= start && index < end)).toBe(true);
        indices.push(...part.indices);
        values.push(...part.values);
        start = end;
      }
      expect([indices, values]).toEqual([[...diff.indices], [...diff.values]]);
      expect(stream.isAtEnd()).toBe(true);
    }),
  );
});

test('a parameter that is larger than a part is read in several, and a window may need two', async () => {
  const counts: number[] = [];
  await forEachPart(source(long), 'p', undefined, ({ indices }) => counts.push(indices.length));
  expect(counts).toEqual([2 ** 20, 5]);
  const stream = streamEntries(source(long), 'p');
  expect((await stream.below(100)).indices.length).toBe(50);
  const rest = await stream.below(2 ** 32);
  expect([rest.indices[0], rest.indices.length]).toEqual([100, 2 ** 20 + 5 - 50]);
  expect((await streamEntries(source(long), 'another').below(9)).indices.length).toBe(0);
});

test('indices must ascend from one part to the next', async () => {
  const broken = { ...long, indices: long.indices.slice() };
  broken.indices[2 ** 20] = 7;
  await expect(forEachPart(source(broken), 'p', undefined, () => undefined)).rejects.toMatchObject({
    code: 'sft-broken',
  });
});

test('reading ends when nobody waits any more', async () => {
  const end = new AbortController();
  const reading = forEachPart(source(long), 'p', end.signal, () => end.abort(new Error('gone')));
  await expect(reading).rejects.toThrow('gone');
});
