import * as fc from 'fast-check';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  expectDamagedReadOrUserError,
  expectFileReadOrUserError,
  refused,
  temporaryFolder,
} from '../../test/support/files.ts';
import { fuzzTimeout } from '../../test/support/mutate.ts';
import { pickle, type RawTensor, tensorPickle } from '../../test/support/pickleBytes.ts';
import { bytesOf, legacyFile, torchArchive } from '../../test/support/torchFiles.ts';
import { zipBytes } from '../../test/support/zipBytes.ts';
import { UserError } from '../core/errors/userError.ts';
import type { Sft, SparseDiff } from '../core/sft.ts';
import { writeSftBin } from './sftBinWriter.ts';
import { readSft, readSftHeader, writeSft } from './sftFile.ts';

const { dict, list, int, text, tuple, name, call } = pickle;

function file(bytes: Uint8Array, named = 'pytorch_diff.bin'): string {
  const path = join(temporaryFolder(), named);
  writeFileSync(path, bytes);
  return path;
}

/** Of a [2, 3] parameter: row 0 column 1 (index 2 column-major) and row 1 column 2 (index 5). */
const values = Float32Array.of(0.5, -1e-40);
const wanted: Sft = {
  diffs: new Map([['p', { indices: Uint32Array.of(1, 5), values, shape: [2, 3] }]]),
  abs: new Map([['head', { shape: [2], values: Float32Array.of(-0, 7) }]]),
};
const storages = { '0': bytesOf(values), '1': bytesOf(Float32Array.of(-0, 7)) };
const size = call(name('torch', 'Size'), tuple(int(2), int(3)));
const steps = list(int(2), int(3));
const diffValues = (more: Partial<RawTensor> = {}) => tensorPickle({ key: '0', shape: [2], ...more });
const head = (more: Partial<RawTensor> = {}) => tensorPickle({ key: '1', shape: [2], ...more });
const sftPickle = (encoded: Record<string, Uint8Array> = {}, abs = head()) =>
  dict({
    diffs: dict({ p: dict({ size, index_steps: steps, values: diffValues(), ...encoded }) }),
    abs: dict({ head: abs }),
  });

/** A number of numpy, as numpy 1 and 2 write it. */
const numpyScalar = (code: string, bytes: string, module = 'numpy.core.multiarray') =>
  call(
    name(module, 'scalar'),
    Buffer.concat([
      call(name('numpy', 'dtype'), text(code), pickle.no, pickle.yes),
      tuple(int(3), text('<'), pickle.none, pickle.none, pickle.none, int(-1), int(-1), int(0)),
      Buffer.from('b'),
    ]),
    call(name('_codecs', 'encode'), text(bytes), text('latin1')),
  );

const layouts: [string, Uint8Array][] = [
  ['plain', torchArchive(sftPickle(), storages)],
  ['packed', torchArchive(sftPickle(), storages, { deflate: true })],
  ['zip64', torchArchive(sftPickle(), storages, { zip64: true })],
  ['abs as parameters', torchArchive(sftPickle({}, head({ isParameter: true })), storages)],
  ['the size as a list', torchArchive(sftPickle({ size: list(int(2), int(3)) }), storages)],
  ['the size as a tuple', torchArchive(sftPickle({ size: tuple(int(2), int(3)) }), storages)],
  [
    'the first step as a number of numpy',
    torchArchive(
      sftPickle({ index_steps: list(numpyScalar('i8', '\u0002\0\0\0\0\0\0\0'), int(3)) }),
      storages,
    ),
  ],
  [
    'steps as numbers of numpy 2',
    torchArchive(
      sftPickle({
        index_steps: list(int(2), numpyScalar('i4', '\u0003\0\0\0', 'numpy._core.multiarray')),
      }),
      storages,
    ),
  ],
  ...(
    [
      ['LongStorage', BigInt64Array.of(2n, 3n)],
      ['IntStorage', Int32Array.of(2, 3)],
      ['ShortStorage', Int16Array.of(2, 3)],
      ['ByteStorage', Uint8Array.of(2, 3)],
    ] as const
  ).map(([type, numbers]): [string, Uint8Array] => [
    `steps as a tensor, ${type}`,
    torchArchive(sftPickle({ index_steps: tensorPickle({ key: '2', type, shape: [2] }) }), {
      ...storages,
      '2': bytesOf(numbers),
    }),
  ]),
  [
    'the old names of the parts',
    torchArchive(
      dict({
        body: dict({ p: dict({ size, index_steps: steps, values: diffValues() }) }),
        head: dict({ head: head() }),
      }),
      storages,
    ),
  ],
  [
    'the layout before PyTorch 1.6',
    legacyFile(
      dict({
        diffs: dict({ p: dict({ size, index_steps: steps, values: diffValues({ isLegacy: true }) }) }),
        abs: dict({ head: head({ isLegacy: true }) }),
      }),
      [
        { key: '1', size: 2, bytes: storages['1'] },
        { key: '0', size: 2, bytes: storages['0'] },
      ],
    ),
  ],
];

test.each(layouts)('read, bit for bit: %s', async (_, bytes) => {
  const path = file(bytes);
  expect(await readSft(path)).toEqual({ sft: wanted, metadata: {} });
  const header = await readSftHeader(path);
  expect(header.metadata).toEqual({});
  expect([...header.counts]).toEqual([['p', 2]]);
  expect([...header.shapes]).toEqual([['p', [2, 3]]]);
  expect([...header.abs]).toEqual([['head', [2]]]);
});

test('what it is, its content says: its name is free, and a folder may stand for it', async () => {
  const bytes = torchArchive(sftPickle(), storages);
  expect((await readSft(file(bytes, 'x.sft.safetensors'))).sft).toEqual(wanted);
  const folder = join(temporaryFolder(), 'published');
  mkdirSync(folder);
  await refused('file-unreadable', () => readSft(folder));
  writeFileSync(join(folder, 'pytorch_diff.bin'), bytes);
  expect((await readSft(folder)).sft).toEqual(wanted);
  await writeSft(join(folder, 'a.bin'), wanted, {});
  expect((await readSft(join(folder, 'a.bin'))).sft).toEqual(wanted);
});

test('any SFT survives writing, bit for bit, and the same one gives the same bytes', async () => {
  const path = join(temporaryFolder(), 'a.bin');
  const finite = fc.float({ noDefaultInfinity: true, noNaN: true });
  const shapes = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 3 });
  const diff = shapes.chain((shape) => {
    const largest = shape.reduce((product, n) => product * n, 1) - 1;
    return fc.record({
      shape: fc.constant(shape),
      flats: fc.uniqueArray(fc.nat(largest), { maxLength: 50 }),
    });
  });
  const part = fc.dictionary(fc.string({ minLength: 1, unit: 'grapheme' }), diff, { maxKeys: 4 });
  await fc.assert(
    fc.asyncProperty(part, fc.array(finite), fc.infiniteStream(finite), async (entries, whole, numbers) => {
      const diffs = new Map(
        Object.entries(entries).map(([key, { shape, flats }]): [string, SparseDiff] => {
          const indices = Uint32Array.from(flats).sort();
          return [
            key,
            { indices, values: Float32Array.from(flats, () => numbers.next().value as number), shape },
          ];
        }),
      );
      const abs = new Map([['w', { shape: [whole.length, 1], values: Float32Array.from(whole) }]]);
      await writeSftBin(path, { diffs, abs }, new Map());
      const bytes = readFileSync(path);
      const { sft } = await readSft(path);
      expect(sft).toEqual({ diffs, abs });
      await writeSftBin(path, sft);
      expect(readFileSync(path).equals(bytes)).toBe(true);
    }),
    { numRuns: 100 },
  );
});

test('an SFT without shapes needs them to be written', async () => {
  const path = join(temporaryFolder(), 'a.bin');
  const diff = { indices: Uint32Array.of(1, 5), values };
  const error = await refused('convert-shape', () =>
    writeSftBin(path, { diffs: new Map([['p', diff]]), abs: wanted.abs }),
  );
  expect(error.message).toContain('--base');
  await writeSftBin(path, { diffs: new Map([['p', diff]]), abs: wanted.abs }, new Map([['p', [2, 3]]]));
  expect((await readSft(path)).sft).toEqual(wanted);
  const huge = new Map([['p', { ...diff, shape: [2 ** 16, 2 ** 15] }]]);
  await refused('pytorch-too-large', () => writeSftBin(path, { diffs: huge, abs: new Map() }));
});

const unsound: [string, Record<string, Uint8Array>, string][] = [
  ['steps that do not lead on', { index_steps: list(int(2), int(0)) }, 'do not ascend'],
  ['a first step before 0', { index_steps: list(int(-1), int(3)) }, 'do not ascend'],
  ['an index outside', { index_steps: list(int(2), int(4)) }, 'index 6 lies outside its 6 entries'],
  ['a step that is text', { index_steps: list(int(2), text('3')) }, 'no whole number'],
  ['fewer steps than values', { index_steps: list(int(2)) }, '1 indices and [2] values'],
  ['values of two dimensions', { values: diffValues({ shape: [1, 2] }) }, '[1, 2] values'],
  ['no values', { values: pickle.none }, 'values are missing'],
  ['no steps', { index_steps: pickle.none }, 'indices are missing'],
  ['no size', { size: pickle.none }, 'size is missing'],
  ['a size that is too large', { size: list(int(2 ** 30), int(2 ** 30)) }, '2^32'],
];

test.each(unsound)('%s: refused, naming file and parameter', async (_, encoded, words) => {
  const path = file(torchArchive(sftPickle(encoded), storages));
  const error = await refused('sft-broken', () => readSft(path));
  expect(error.message).toContain(`${path}: The SFT's entries of p `);
  expect(error.message).toContain(words);
});

test('one list of steps for two parameters is refused, not misread', async () => {
  const shared = Buffer.concat([steps, Buffer.from('q\u0009', 'latin1')]);
  const again = Buffer.from('h\u0009', 'latin1');
  const one = (index_steps: Uint8Array) => dict({ size, index_steps, values: diffValues() });
  const value = dict({ diffs: dict({ p: one(shared), q: one(again) }) });
  await refused('sft-broken', () => readSft(file(torchArchive(value, storages))));
});

test('values that are not finite are refused', async () => {
  const path = file(torchArchive(sftPickle(), { ...storages, '0': bytesOf(Float32Array.of(NaN, 1)) }));
  await refused('sft-broken', () => readSft(path));
});

const others: [string, Uint8Array][] = [
  ['a list', torchArchive(list(int(1)), {})],
  ['a state dict', torchArchive(dict({ weight: diffValues() }), storages)],
  ['abs that are no tensors', torchArchive(dict({ abs: dict({ x: int(1) }) }), {})],
  ['diffs that are no dict', torchArchive(dict({ diffs: int(1) }), {})],
];

test.each(others)('%s is no SFT', async (_, bytes) => {
  await refused('pytorch-not-sft', () => readSft(file(bytes)));
});

test('a file that would run a command is refused by the name of it', async () => {
  const command = call(name('os', 'system'), text('touch /tmp/ran'));
  const path = file(torchArchive(dict({ diffs: dict({}), abs: dict({ x: command }) }), {}));
  const error = await refused('pytorch-code', () => readSft(path));
  expect(error.message).toContain('os.system');
});

const broken: [string, Uint8Array][] = [
  ['a storage that is missing', torchArchive(sftPickle(), { '0': storages['0'] })],
  ['a storage that is too short', torchArchive(sftPickle(), { ...storages, '1': Uint8Array.of(1, 2) })],
  ['an archive without pickle', zipBytes([{ name: 'm/data/0', bytes: storages['0'] }])],
  [
    'an archive with two pickles',
    torchArchive(sftPickle(), storages, { extra: [{ name: 'n/data.pkl', bytes: Uint8Array.of(1) }] }),
  ],
  [
    'a pickle that is cut off',
    zipBytes([{ name: 'm/data.pkl', bytes: pickle.whole(sftPickle()).subarray(0, -9) }]),
  ],
  [
    'a thousand views of one storage',
    torchArchive(
      dict({ abs: dict(Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`x${i}`, head()]))) }),
      storages,
    ),
  ],
  [
    'a value repeated without end',
    torchArchive(sftPickle({}, head({ shape: [2 ** 30], size: 2, strides: [0] })), storages),
  ],
  ['nothing', new Uint8Array(0)],
  ['zeros', new Uint8Array(600)],
];

test.each(broken)('%s: not a whole PyTorch file', async (_, bytes) => {
  const path = file(bytes, 'pytorch_diff.bin');
  const error = await refused('pytorch-broken', () => readSft(join(path, '..')));
  expect(error.place?.file).toBe(path);
});

test('what this program cannot read is said', async () => {
  const big = torchArchive(sftPickle(), storages, {
    extra: [{ name: 'm/byteorder', bytes: new TextEncoder().encode('big') }],
  });
  expect((await refused('pytorch-unsupported', () => readSft(file(big)))).message).toContain('big-endian');
  const tar = Buffer.alloc(1024);
  tar.write('ustar', 257);
  const path = file(tar);
  expect((await refused('pytorch-unsupported', () => readSft(join(path, '..')))).message).toContain('0.1.10');
  const pointer = file(Buffer.from('version https://git-lfs.github.com/spec/v1\n'));
  await refused('safetensors-git-lfs', () => readSft(join(pointer, '..')));
  const integers = torchArchive(sftPickle({}, head({ type: 'IntStorage' })), storages);
  await refused('safetensors-dtype', () => readSft(file(integers)));
});

const names = layouts.map(([what]) => what);
const good = (what: string) => layouts[names.indexOf(what)][1];

test.each(['plain', 'packed', 'the layout before PyTorch 1.6'])(
  'damaged files are read or refused: %s',
  async (what) => {
    const path = join(temporaryFolder(), 'pytorch_diff.bin');
    writeFileSync(path, good(what));
    await expectFileReadOrUserError(path, async (damaged) => {
      try {
        return await readSft(damaged);
      } catch (error) {
        if (error instanceof UserError && error.code === 'pytorch-code')
          expect(error.message).not.toContain('\u0000');
        throw error;
      }
    });
  },
  fuzzTimeout(120_000),
);

test(
  'damaged pickles in sound archives are read or refused',
  async () => {
    const entries = Object.entries(storages).map(([key, bytes]) => ({ name: `m/data/${key}`, bytes }));
    const archive = (bytes: Uint8Array) => zipBytes([{ name: 'm/data.pkl', bytes }, ...entries]);
    await expectDamagedReadOrUserError(pickle.whole(sftPickle()), 'pytorch_diff.bin', archive, readSft);
  },
  fuzzTimeout(120_000),
);
