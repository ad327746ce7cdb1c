import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { entryCount, prune } from './prune.ts';
import type { Sft, SparseDiff } from './sft.ts';
import { blocksOf, withoutParameters } from './sftBlocks.ts';

const names = [
  'bert.embeddings.word_embeddings.weight',
  'bert.encoder.layer.0.attention.self.query.weight',
  'bert.encoder.layer.11.attention.self.query.bias',
  'bert.encoder.layer.11.output.dense.weight',
];
const head = new Map([['classifier.bias', { shape: [1], values: Float32Array.of(3) }]]);
const value = fc.oneof(
  fc.constantFrom(0, -0, 1, -1, 0.5),
  fc.float({ noNaN: true, noDefaultInfinity: true }),
);
const diff: fc.Arbitrary<SparseDiff> = fc
  .array(fc.tuple(fc.nat(5000), value), { maxLength: 40 })
  .map((entries) => {
    const sorted = [...new Map(entries)].sort(([a], [b]) => a - b);
    return {
      indices: Uint32Array.from(sorted, ([i]) => i),
      values: Float32Array.from(sorted, ([, v]) => v),
      shape: [5001],
    };
  });
const anySft: fc.Arbitrary<Sft> = fc
  .tuple(diff, diff, diff, diff)
  .map((diffs) => ({ diffs: new Map(diffs.map((one, i) => [names[i], one])), abs: head }));

/** All entries in the order of parameters and indices. */
const entriesOf = ({ diffs }: Sft) =>
  [...diffs].flatMap(([name, { indices, values }]) =>
    Array.from(indices, (index, k) => ({ name, index, value: values[k] })),
  );

test('the largest are kept, as sorting finds them', () => {
  fc.assert(
    fc.property(anySft, fc.nat(200), (sft, keep) => {
      const all = entriesOf(sft);
      const largest = all
        .filter((entry) => entry.value !== 0)
        .map((entry, position) => ({ entry, position }))
        .sort((a, b) => Math.abs(b.entry.value) - Math.abs(a.entry.value) || a.position - b.position)
        .slice(0, keep)
        .map(({ entry }) => entry);
      const pruned = prune(sft, keep);
      expect(entriesOf(pruned)).toEqual(all.filter((entry) => largest.includes(entry)));
      expect(entryCount(pruned)).toBe(largest.length);
      expect(pruned.abs).toBe(head);
      for (const [name, { shape }] of pruned.diffs) expect(shape).toEqual(sft.diffs.get(name)?.shape);
    }),
    { numRuns: 200 },
  );
});

test('blocks are a partition, and what is left without one is the rest', () => {
  fc.assert(
    fc.property(anySft, fc.constantFrom('layer' as const, 'module' as const), (sft, by) => {
      const blocks = blocksOf(sft, by);
      const all = entryCount(sft);
      expect(blocks.reduce((sum, { entries }) => sum + entries, 0)).toBe(all);
      for (const { parameters, entries } of blocks) {
        const rest = withoutParameters(sft, parameters);
        expect(entryCount(rest)).toBe(all - entries);
        expect(rest.abs).toBe(head);
      }
    }),
    { numRuns: 50 },
  );
});

test('blocks have the names of the density table', () => {
  const one = { indices: Uint32Array.of(1), values: Float32Array.of(1) };
  const sft: Sft = { diffs: new Map(names.map((name) => [name, one])), abs: new Map() };
  expect(blocksOf(sft, 'layer').map(({ name }) => name)).toEqual(['emb', '0', '11']);
  expect(blocksOf(sft, 'module').map(({ name }) => name)).toEqual(['embeddings', 'q', 'down']);
});
