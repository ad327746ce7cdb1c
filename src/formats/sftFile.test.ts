import * as fc from 'fast-check';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { expectFileReadOrUserError, refused, temporaryFolder } from '../../test/support/files.ts';
import type { Sft } from '../core/sft.ts';
import { type TensorToWrite, writeSafetensors } from './safetensorsWriter.ts';
import { readSft, readSftHeader, type SftMetadata, writeSft } from './sftFile.ts';

const name = 'bert.encoder.layer.0.output.dense.weight';
const sft: Sft = {
  diffs: new Map([
    [name, { indices: Uint32Array.of(0, 5, 19), values: Float32Array.of(0.5, -0.25, 1e-40), shape: [4, 5] }],
    ['bert.pooler.dense.bias', { indices: new Uint32Array(0), values: new Float32Array(0) }],
  ]),
  abs: new Map([['classifier.weight', { shape: [2, 2], values: Float32Array.of(1, 2, 3, -0) }]]),
};
const metadata: SftMetadata = {
  kind: 'task',
  baseName: 'invented-base',
  baseFingerprint: 'a1'.repeat(32),
  task: 'tagging',
  labels: ['NOUN', 'VERB "x"'],
  language: 'en',
  k: 3,
  density: 0.15,
  recipe: 'kind: task\nname: x # ü\n',
  metrics: { accuracy: 0.5 },
  interval: { metric: 'accuracy', low: 0.4, high: 0.6 },
  date: '2026-01-02T03:04:05Z',
  reproducible: false,
  createdBy: 'a test',
};

const write = async (tensors: TensorToWrite[], strings: Record<string, string> = {}) => {
  const path = join(temporaryFolder(), 'x.sft.safetensors');
  await writeSafetensors(path, tensors, strings);
  return path;
};
const pair = (
  indices: TensorToWrite['values'],
  values = new Float32Array(indices.length),
): TensorToWrite[] => [
  { name: 'diffs.p.indices', shape: [indices.length], values: indices },
  { name: 'diffs.p.values', shape: [values.length], values },
];

test('an SFT and what is said of it come back as they were', async () => {
  const path = join(temporaryFolder(), 'x.sft.safetensors');
  await writeSft(path, sft, metadata);
  expect(await readSft(path)).toEqual({ sft, metadata });
  const header = await readSftHeader(path);
  expect(header.metadata).toEqual(metadata);
  expect([...header.counts.values()]).toEqual([3, 0]);
  expect(header.shapes.get(name)).toEqual([4, 5]);
  expect([...header.abs]).toEqual([['classifier.weight', [2, 2]]]);
});

test('any SFT survives writing, bit for bit', async () => {
  const path = join(temporaryFolder(), 'x.sft.safetensors');
  const finite = fc.float({ noDefaultInfinity: true, noNaN: true });
  const entries = fc.dictionary(fc.string({ minLength: 1 }), fc.uniqueArray(fc.nat(2 ** 31)));
  await fc.assert(
    fc.asyncProperty(entries, fc.infiniteStream(finite), async (lists, numbers) => {
      const diffs = new Map(
        Object.entries(lists).map(([key, list]) => {
          const indices = Uint32Array.from(list).sort();
          return [key, { indices, values: Float32Array.from(list, () => numbers.next().value as number) }];
        }),
      );
      await writeSft(path, { diffs, abs: new Map() }, {});
      expect((await readSft(path)).sft.diffs).toEqual(diffs);
    }),
    { numRuns: 100 },
  );
});

test('indices may be int32, uint32 or int64; a file that says nothing of itself has no metadata', async () => {
  const wanted = Uint32Array.of(1, 7);
  for (const indices of [Int32Array.of(1, 7), wanted, BigInt64Array.of(1n, 7n)]) {
    const loaded = await readSft(await write(pair(indices)));
    expect(loaded.sft.diffs.get('p')?.indices).toEqual(wanted);
    expect(loaded.metadata).toEqual({});
  }
});

test('an index above 2^31 is kept', async () => {
  const indices = Uint32Array.of(3, 4294967295);
  const path = join(temporaryFolder(), 'x');
  await writeSft(
    path,
    { diffs: new Map([['p', { indices, values: Float32Array.of(1, 2) }]]), abs: new Map() },
    {},
  );
  expect((await readSft(path)).sft.diffs.get('p')?.indices).toEqual(indices);
});

const unsound: [string, () => TensorToWrite[], string][] = [
  ['indices that repeat', () => pair(Int32Array.of(1, 1)), 'do not ascend'],
  ['indices that descend', () => pair(Int32Array.of(2, 1)), 'do not ascend'],
  ['a negative index', () => pair(Int32Array.of(1, -1)), 'negative'],
  ['a negative index first', () => pair(Int32Array.of(-1, 1)), 'do not ascend'],
  ['a negative int64 index', () => pair(BigInt64Array.of(-1n)), 'negative'],
  ['an int64 index that is too large', () => pair(BigInt64Array.of(2n ** 32n)), 'above 2^32'],
  ['a NaN', () => pair(Int32Array.of(1), Float32Array.of(NaN)), 'not a finite number'],
  ['an infinity', () => pair(Int32Array.of(1), Float32Array.of(-Infinity)), 'not a finite number'],
  [
    'more values than indices',
    () => pair(Int32Array.of(1), new Float32Array(2)),
    '[1] indices and [2] values',
  ],
  ['no values', () => pair(Int32Array.of(1)).slice(0, 1), 'values are missing'],
  ['no indices', () => pair(Int32Array.of(1)).slice(1), 'indices are missing'],
  [
    'a NaN in the head',
    () => [{ name: 'abs.p', shape: [1], values: Float32Array.of(NaN) }],
    'not a finite number',
  ],
];

test.each(unsound)('%s: refused, naming file and parameter', async (_, tensors, words) => {
  const path = await write(tensors());
  const error = await refused('sft-broken', () => readSft(path));
  expect(error.message).toContain(`${path}: The SFT's entries of p `);
  expect(error.message).toContain(words);
});

test('an index outside a shape that the file tells is refused, when read and when written', async () => {
  const path = await write(pair(Int32Array.of(6)), { shapes: '{"p":[2,3]}' });
  await refused('sft-broken', () => readSft(path));
  const diffs = new Map([['p', { indices: Uint32Array.of(6), values: Float32Array.of(1), shape: [2, 3] }]]);
  await refused('sft-broken', () => writeSft(path, { diffs, abs: new Map() }, {}));
});

test('a model is not an SFT, and integers are no values', async () => {
  const model = await write([{ name: 'bert.pooler.dense.bias', shape: [1], values: Float32Array.of(1) }]);
  const error = await refused('sft-not-sft', () => readSft(model));
  expect(error.message).toContain('bert.pooler.dense.bias');
  const [indices] = pair(Int32Array.of(1));
  await refused('safetensors-dtype', async () =>
    readSft(await write([indices, { ...indices, name: 'diffs.p.values' }])),
  );
  const floats = pair(Int32Array.of(1)).map(({ name, shape }) => ({
    name,
    shape,
    values: new Float32Array(1),
  }));
  await refused('safetensors-dtype', async () => readSft(await write(floats)));
});

const wrong: [Record<string, string>, string][] = [
  [{ kind: 'nonsense' }, 'kind'],
  [{ labels: 'NOUN, VERB' }, 'labels'],
  [{ labels: '[1]' }, 'labels'],
  [{ k: 'many' }, 'k'],
  [{ base_fingerprint: 'abc' }, 'base_fingerprint'],
  [{ metrics: '{"accuracy": "high"}' }, 'metrics'],
  [{ shapes: '{"p": [-1]}' }, 'shapes'],
];

test('a metric that is no number is left out, by the writer and by the reader', async () => {
  const path = join(temporaryFolder(), 'unmeasured');
  const metrics = { loss: Number.NaN, perplexity: Infinity, accuracy: 0.5 };
  await writeSft(path, sft, { ...metadata, metrics });
  expect((await readSft(path)).metadata).toEqual({ ...metadata, metrics: { accuracy: 0.5 } });
  const earlier = await write([], { metrics: '{"loss":null,"accuracy":0.5}' });
  expect((await readSft(earlier)).metadata).toEqual({ metrics: { accuracy: 0.5 } });
});

test('what could not be read again is not written', async () => {
  const interval = { metric: 'loss', low: Number.NaN, high: 1 };
  const path = join(temporaryFolder(), 'never');
  await expect(writeSft(path, sft, { ...metadata, interval })).rejects.toThrow(/interval: .*"low":null/);
  expect(existsSync(path)).toBe(false);
});

test.each(wrong)('metadata %o is refused by its key', async (strings, key) => {
  const path = await write([], strings);
  const error = await refused('sft-metadata', () => readSft(path));
  expect(error.message).toContain(`"${key}"`);
});

test('a file of a later version is refused, one of an earlier or of others is read', async () => {
  await refused('sft-newer', async () => readSft(await write([], { format_version: '2' })));
  await refused('sft-newer', async () => readSft(await write([], { format_version: 'x' })));
  expect((await readSft(await write([], { format: 'pt', something: 'else' }))).metadata).toEqual({});
});

test('the same SFT gives the same bytes', async () => {
  const folder = temporaryFolder();
  await writeSft(join(folder, 'a'), sft, metadata);
  await writeSft(join(folder, 'b'), sft, metadata);
  expect(readFileSync(join(folder, 'a')).equals(readFileSync(join(folder, 'b')))).toBe(true);
});

test('damaged files are read or refused', async () => {
  const good = join(temporaryFolder(), 'good');
  await writeSft(good, sft, metadata);
  await expectFileReadOrUserError(good, readSft);
});
