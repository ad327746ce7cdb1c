import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/files.ts';
import { sparseDiffs } from '../../test/support/sparseArbitraries.ts';
import { interference } from '../core/interference.ts';
import { newPairCounter, pairsOf } from '../core/pairs.ts';
import type { SparseDiff } from '../core/sft.ts';
import { writeSftBin } from '../formats/sftBinWriter.ts';
import { type SftMetadata, writeSft } from '../formats/sftFile.ts';
import { compareSfts } from './interference.ts';

const query = 'encoder.layer.0.attention.self.query.weight';
const key = 'encoder.layer.1.attention.self.key.weight';

async function write(name: string, diffs: Record<string, SparseDiff>, metadata: SftMetadata = {}) {
  const file = join(temporaryFolder(), `${name}.sft.safetensors`);
  await writeSft(file, { diffs: new Map(Object.entries(diffs)), abs: new Map() }, metadata);
  return file;
}

const diff = (
  indices: readonly number[],
  values: readonly number[],
  shape?: readonly number[],
): SparseDiff => ({
  indices: Uint32Array.from(indices),
  values: Float32Array.from(values),
  ...(shape === undefined ? {} : { shape }),
});

describe('comparing SFT files', () => {
  test('gives what comparing their arrays gives, for every pair, in either format', async () => {
    const shape = [40, 30];
    const sfts = fc.array(fc.tuple(sparseDiffs(1200), sparseDiffs(1200), fc.boolean()), {
      minLength: 2,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(sfts, async (all) => {
        const files = await Promise.all(
          all.map(async ([first, second, isBin], i) => {
            const diffs = { [`bert.${query}`]: { ...first, shape }, [`bert.${key}`]: { ...second, shape } };
            if (!isBin) return write(`${i}`, diffs);
            const file = join(temporaryFolder(), 'pytorch_diff.bin');
            await writeSftBin(file, { diffs: new Map(Object.entries(diffs)), abs: new Map() });
            return file;
          }),
        );
        const { pairs } = await compareSfts(files);
        const counters = [0, 1].map((part) => {
          const counter = newPairCounter(all.length);
          counter.add(
            0,
            1200,
            all.map((one) => one[part] as SparseDiff),
          );
          return counter;
        });
        expect(pairs.map(({ a, b }) => [a, b])).toEqual(pairsOf(all.length));
        pairs.forEach(({ a, b, table }, p) => {
          const wanted = interference(
            counters
              .map((counter, part) => ({
                name: [query, key][part],
                total: 1200,
                a: counter.extents()[a],
                b: counter.extents()[b],
                overlap: counter.overlaps()[p],
              }))
              .filter((tally) => tally.a.entries + tally.b.entries > 0),
          );
          expect(table.all).toEqual({ row: 'all', column: 'all', ...wanted });
        });
      }),
      { numRuns: 30 },
    );
  });

  test('knows parameters by their canonical names', async () => {
    const [a, b] = [
      await write('a', { [`bert.${query}`]: diff([1, 5], [1, -1], [4, 4]) }),
      await write('b', { [`roberta.${query}`]: diff([5, 6], [-2, 1], [4, 4]) }),
    ];
    const { pairs, warnings } = await compareSfts([a, b]);
    expect(pairs[0].table.all).toMatchObject({
      both: 1,
      equal: 1,
      onlyA: 1,
      onlyB: 1,
      cosine: 1,
      expected: 0.25,
    });
    expect(warnings).toEqual([]);
  });

  test('tells even chance over all that could be chosen, and nothing of other pairs', async () => {
    const told = { k: 2, density: 0.02 };
    const files = [
      await write('a', { [query]: diff([0, 1], [1, 1], [5, 2]) }, told),
      await write('b', { [query]: diff([1, 2], [1, 1], [5, 2]) }, told),
      await write('c', { [key]: diff([3], [1], [50, 50]) }),
    ];
    const { pairs } = await compareSfts(files);
    expect(pairs[0].table.rows).toEqual(['0']);
    expect(pairs[0].table.all).toMatchObject({ uniform: 0.04, expected: 0.4, timesChance: 2.5 });
    expect(pairs[1].table.rows).toEqual(['0', '1']);
  });

  test('says nothing of chance where a shape is not known', async () => {
    const files = [
      await write('a', { [query]: diff([0, 9], [1, 1]) }),
      await write('b', { [query]: diff([9], [2]) }),
    ];
    const [{ table }] = (await compareSfts(files)).pairs;
    expect(table.all).toMatchObject({ both: 1, expected: undefined, uniform: undefined });
  });

  test('refuses SFTs of different bases unless forced, and of different shapes', async () => {
    const entries = { [query]: diff([0], [1], [4, 4]) };
    const one = await write('one', entries, { baseFingerprint: 'a'.repeat(64) });
    const other = await write('other', entries, { baseFingerprint: 'b'.repeat(64) });
    await expect(compareSfts([one, other])).rejects.toMatchObject({
      code: 'sft-other-base',
      place: { file: other },
    });
    const forced = await compareSfts([one, other], { force: true });
    expect(forced.warnings.map(({ code }) => code)).toEqual(['sft-forced-base']);
    const larger = await write('larger', { [query]: diff([0], [1], [4, 5]) });
    await expect(compareSfts([one, larger], { force: true })).rejects.toMatchObject({ code: 'sft-shape' });
  });

  test('ends when nobody waits any more', async () => {
    const file = await write('a', { [query]: diff([0], [1], [4, 4]) });
    const signal = AbortSignal.abort(new Error('gone'));
    await expect(compareSfts([file, file], { signal })).rejects.toThrow('gone');
  });
});
