import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { refused, temporaryFolder } from '../../test/support/files.ts';
import { pickle, type RawTensor, tensorPickle } from '../../test/support/pickleBytes.ts';
import { randomParameters, tinyBertJson, writeConfig } from '../../test/support/tinyModel.ts';
import { bytesOf, legacyFile, torchArchive } from '../../test/support/torchFiles.ts';
import type { Parameter } from '../core/parameters.ts';
import { readModelConfig, readModelParameters } from './modelFolder.ts';
import { forEachModelTensor } from './modelWeights.ts';

const { dict, text, call, name } = pickle;

/** What `pytorch_model.bin` holds, read in its order. */
async function readBin(value: Uint8Array, storages: Record<string, Uint8Array>, options = {}) {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'pytorch_model.bin'), torchArchive(value, storages, options));
  const found: Record<string, unknown[]> = {};
  await forEachModelTensor(folder, async ({ name: tensor, shape, read }) => {
    found[tensor] = [shape, [...(await read())]];
  });
  return found;
}

/** A state dict as transformers saves it: an OrderedDict that has attributes. */
function stateDict(tensors: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const entries = Object.entries(tensors).flatMap(([key, tensor]) => [text(key), tensor]);
  const made = call(name('collections', 'OrderedDict'));
  const attributes = dict({ _metadata: call(name('collections', 'OrderedDict')) });
  return Buffer.concat([made, Buffer.from('('), ...entries, Buffer.from('u'), attributes, Buffer.from('b')]);
}

const six = { '0': bytesOf(Float32Array.of(1, 2, 3, 4, 5, 6)) };

const views: [string, Partial<RawTensor>, unknown[]][] = [
  [
    'all of it',
    { shape: [2, 3] },
    [
      [2, 3],
      [1, 2, 3, 4, 5, 6],
    ],
  ],
  ['a part', { shape: [2], offset: 3 }, [[2], [4, 5]]],
  [
    'a transposed matrix, as of models converted from TensorFlow',
    { shape: [3, 2], strides: [1, 3] },
    [
      [3, 2],
      [1, 4, 2, 5, 3, 6],
    ],
  ],
  [
    'a column',
    { shape: [2, 1], strides: [3, 1], offset: 2 },
    [
      [2, 1],
      [3, 6],
    ],
  ],
  ['every second', { shape: [3], strides: [2] }, [[3], [1, 3, 5]]],
  [
    'three dimensions in another order',
    { shape: [1, 3, 2], strides: [9, 1, 3] },
    [
      [1, 3, 2],
      [1, 4, 2, 5, 3, 6],
    ],
  ],
  ['a number', { shape: [], offset: 5 }, [[], [6]]],
  ['nothing', { shape: [0, 3] }, [[0, 3], []]],
];

test.each(views)('a view of a storage: %s', async (_, view, wanted) => {
  const tensor = tensorPickle({ key: '0', size: 6, shape: [], ...view });
  expect(await readBin(stateDict({ w: tensor }), six)).toEqual({ w: wanted });
  expect(await readBin(stateDict({ w: tensor }), six, { deflate: true })).toEqual({ w: wanted });
});

test.each([
  ['HalfStorage', Uint16Array.of(0x3c00, 0xc100)],
  ['BFloat16Storage', Uint16Array.of(0x3f80, 0xc020)],
  ['DoubleStorage', Float64Array.of(1, -2.5)],
])('%s becomes f32', async (type, numbers) => {
  const value = stateDict({ w: tensorPickle({ key: '0', type, shape: [2] }) });
  expect(await readBin(value, { '0': bytesOf(numbers) })).toEqual({ w: [[2], [1, -2.5]] });
});

test('two names may share a storage', async () => {
  const value = stateDict({
    a: tensorPickle({ key: '0', shape: [6] }),
    b: tensorPickle({ key: '0', shape: [6] }),
  });
  const { a, b } = await readBin(value, six);
  expect(a).toEqual(b);
});

/** Parameters under BERT's old names, some of them in 16 bits' neighbourhood: transposed, and after each other in a storage. */
function oldBert(parameters: ReadonlyMap<string, Parameter>): {
  tensors: (isLegacy: boolean) => Record<string, Uint8Array>;
  storages: Record<string, Uint8Array>;
  sizes: Record<string, number>;
} {
  const all = [...parameters].map(([key, { shape, values }], i) => {
    const old = key
      .replace(/LayerNorm\.weight$/, 'LayerNorm.gamma')
      .replace(/LayerNorm\.bias$/, 'LayerNorm.beta');
    const isTransposed = shape.length === 2 && i % 2 === 0;
    const [rows, columns] = shape;
    const stored = isTransposed
      ? values.map((_, j) => values[(j % rows) * columns + Math.floor(j / rows)])
      : values;
    const strides = isTransposed ? { strides: [1, rows] } : {};
    return { old, key: String(i), shape, strides, stored };
  });
  return {
    tensors: (isLegacy) =>
      Object.fromEntries(
        all.map(({ old, key, shape, strides }) => [old, tensorPickle({ key, shape, ...strides, isLegacy })]),
      ),
    storages: Object.fromEntries(all.map(({ key, stored }) => [key, bytesOf(stored)])),
    sizes: Object.fromEntries(all.map(({ key, stored }) => [key, stored.length])),
  };
}

test('a BERT of old is read as the model that it is, from either layout of PyTorch', async () => {
  const folder = writeConfig(temporaryFolder(), tinyBertJson);
  const wanted = randomParameters(folder);
  const { tensors, storages, sizes } = oldBert(wanted);
  const file = join(folder, 'pytorch_model.bin');
  writeFileSync(file, torchArchive(stateDict(tensors(false)), storages));
  expect(await readModelParameters(folder, readModelConfig(folder))).toEqual(wanted);
  const stored = Object.entries(storages).map(([key, bytes]) => ({ key, size: sizes[key], bytes }));
  writeFileSync(file, legacyFile(stateDict(tensors(true)), stored));
  expect(await readModelParameters(folder, readModelConfig(folder))).toEqual(wanted);
});

test('a sharded model is read by its index, and only by plain names in it', async () => {
  const folder = writeConfig(temporaryFolder(), tinyBertJson);
  const wanted = randomParameters(folder);
  const { tensors, storages } = oldBert(wanted);
  const entries = Object.entries(tensors(false));
  const half = Math.floor(entries.length / 2);
  const shards = [entries.slice(0, half), entries.slice(half)];
  const weightMap: Record<string, string> = {};
  shards.forEach((shard, i) => {
    const named = `pytorch_model-${i}.bin`;
    for (const [key] of shard) weightMap[key] = named;
    writeFileSync(join(folder, named), torchArchive(stateDict(Object.fromEntries(shard)), storages));
  });
  const index = join(folder, 'pytorch_model.bin.index.json');
  writeFileSync(index, JSON.stringify({ weight_map: weightMap }));
  expect(await readModelParameters(folder, readModelConfig(folder))).toEqual(wanted);
  mkdirSync(join(folder, 'deeper'));
  writeFileSync(index, JSON.stringify({ weight_map: { x: '../pytorch_model-0.bin' } }));
  await refused('model-index', () => readModelParameters(folder, readModelConfig(folder)));
});

test('what is no state dict is refused, and so is one that runs a command', async () => {
  await refused('pytorch-not-model', () => readBin(pickle.list(), {}));
  await refused('pytorch-not-model', () => readBin(dict({ epoch: pickle.int(3) }), {}));
  const error = await refused('pytorch-code', () =>
    readBin(stateDict({ w: call(name('os', 'system'), text('true')) }), {}),
  );
  expect(error.message).toContain('os.system');
});
