import * as fc from 'fast-check';
import { mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { expectFileReadOrUserError, refused, temporaryFolder } from '../../test/support/files.ts';
import { withSafetensors } from './safetensors.ts';
import { type TensorToWrite, writeSafetensors } from './safetensorsWriter.ts';

/** A file with any header, as text or as an object, and any data. */
function rawFile(header: unknown, data: Uint8Array = new Uint8Array(0), length?: bigint): string {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  const path = join(temporaryFolder(), 'a.safetensors');
  writeFileSync(path, bytes);
  return path;
}

const readAll = (path: string) =>
  withSafetensors(path, async (file) => {
    const all = new Map<string, unknown>();
    for (const name of file.tensors.keys()) all.set(name, await file.read(name));
    return { all, metadata: file.metadata };
  });

const f32 = (...offsets: number[]) => ({
  dtype: 'F32',
  shape: [(offsets[1] - offsets[0]) / 4],
  data_offsets: offsets,
});

test('what was written is read again, bit for bit, each tensor aligned', async () => {
  const path = join(temporaryFolder(), 'a.safetensors');
  const tensors: TensorToWrite[] = [
    { name: 'bytes', shape: [3], values: Uint8Array.of(1, 2, 255) },
    { name: 'floats', shape: [2, 2], values: Float32Array.of(1.5, -0, NaN, -Infinity) },
    { name: 'long', shape: [], values: BigInt64Array.of(-(2n ** 62n)) },
    { name: 'unsigned', shape: [1], values: Uint32Array.of(4294967295) },
    { name: 'empty', shape: [0, 7], values: new Int32Array(0) },
  ];
  await writeSafetensors(path, tensors, { note: 'ünïcode "quoted"' });
  const { all, metadata } = await readAll(path);
  expect(metadata).toEqual({ note: 'ünïcode "quoted"' });
  for (const { name, values } of tensors) expect(all.get(name)).toEqual(values);
  await withSafetensors(path, async (file) => {
    for (const [name, { start }] of file.tensors)
      expect([name, start % (name === 'long' ? 8 : 4)]).toEqual([name, 0]);
    expect(file.tensors.get('floats')?.shape).toEqual([2, 2]);
  });
});

test('any set of tensors survives, and the same input gives the same bytes', async () => {
  const folder = temporaryFolder();
  const tensor = fc.record({
    name: fc.string({ minLength: 1, unit: 'grapheme' }).filter((name) => name !== '__metadata__'),
    values: fc.oneof(fc.float32Array(), fc.int32Array(), fc.uint32Array(), fc.bigInt64Array()),
  });
  const sets = fc.uniqueArray(tensor, { selector: ({ name }) => name });
  await fc.assert(
    fc.asyncProperty(sets, async (set) => {
      const tensors = set.map(({ name, values }): TensorToWrite => ({
        name,
        shape: [values.length],
        values,
      }));
      await writeSafetensors(join(folder, 'a'), tensors);
      await writeSafetensors(join(folder, 'b'), tensors);
      expect(readFileSync(join(folder, 'a')).equals(readFileSync(join(folder, 'b')))).toBe(true);
      const { all } = await readAll(join(folder, 'a'));
      expect(all).toEqual(new Map(set.map(({ name, values }) => [name, values])));
    }),
    { numRuns: 100 },
  );
});

test('floats of 16 and 64 bits are read as f32', async () => {
  const data = new Uint8Array(24);
  new Float64Array(data.buffer, 0, 2).set([0.1, -2]);
  new Uint16Array(data.buffer, 16, 4).set([0x3c00, 0xc000, 0x3f80, 0xc000]);
  const path = rawFile(
    {
      double: { dtype: 'F64', shape: [2], data_offsets: [0, 16] },
      half: { dtype: 'F16', shape: [2], data_offsets: [16, 20] },
      brain: { dtype: 'BF16', shape: [2], data_offsets: [20, 24] },
    },
    data,
  );
  const { all } = await readAll(path);
  expect(all.get('double')).toEqual(Float32Array.of(0.1, -2));
  expect(all.get('half')).toEqual(Float32Array.of(1, -2));
  expect(all.get('brain')).toEqual(Float32Array.of(1, -2));
});

const twelve = new Uint8Array(12);
const broken: [string, () => string, string][] = [
  ['a header of 2^60 bytes', () => rawFile('{}', twelve, 2n ** 60n), '1152921504606846976'],
  ['a header longer than the file', () => rawFile('{}', twelve, 15n), '15 bytes'],
  ['no JSON', () => rawFile('{"a": '), 'not JSON'],
  ['broken UTF-8', () => rawFile('{}', Uint8Array.of(0x22, 0xc3, 0x28), 5n), 'not JSON'],
  ['a list', () => rawFile([1]), 'not a JSON object'],
  [
    'a name twice',
    () => rawFile(`{"a": ${JSON.stringify(f32(0, 12))}, "\\u0061": ${JSON.stringify(f32(0, 12))}}`, twelve),
    'a twice',
  ],
  ['metadata that is no text', () => rawFile({ __metadata__: { k: 1 } }), 'k is not a string'],
  ['a tensor that is no object', () => rawFile({ a: 3 }), 'tensor a'],
  ['no type', () => rawFile({ a: { shape: [], data_offsets: [0, 0] } }), 'no type'],
  [
    'a negative size',
    () => rawFile({ a: { dtype: 'F32', shape: [-3], data_offsets: [0, 12] } }, twelve),
    'shape',
  ],
  [
    'an absurd shape',
    () => rawFile({ a: { dtype: 'F32', shape: [2 ** 52, 2 ** 52], data_offsets: [0, 12] } }, twelve),
    '12 bytes',
  ],
  [
    'a shape beyond all numbers',
    () => rawFile('{"a": {"dtype": "F32", "shape": [1e400], "data_offsets": [0, 12]}}', twelve),
    'shape',
  ],
  [
    'three offsets',
    () => rawFile({ a: { dtype: 'F32', shape: [3], data_offsets: [0, 4, 12] } }, twelve),
    'data_offsets',
  ],
  ['offsets beyond the end', () => rawFile({ a: f32(0, 16) }, twelve), 'bytes 0 to 16 of 12'],
  [
    'offsets backwards',
    () => rawFile({ a: { dtype: 'F32', shape: [0], data_offsets: [8, 4] } }, twelve),
    'bytes 8 to 4',
  ],
  [
    'too few bytes for the shape',
    () => rawFile({ a: { dtype: 'F32', shape: [4], data_offsets: [0, 12] } }, twelve),
    'F32 [4]',
  ],
  ['an overlap', () => rawFile({ a: f32(0, 8), b: f32(4, 12) }, twelve), 'b overlaps'],
  ['a gap', () => rawFile({ a: f32(0, 4), b: f32(8, 12) }, twelve), '4 bytes before tensor b'],
  ['bytes at the end', () => rawFile({ a: f32(0, 8) }, twelve), '4 bytes after'],
];

test.each(broken)('%s is refused in a sentence that names the file', async (_, make, words) => {
  const path = make();
  const error = await refused('safetensors-broken', () => readAll(path));
  expect(error.message).toContain(path);
  expect(error.message).toContain(words);
});

test('a file cut off anywhere is refused', async () => {
  const path = join(temporaryFolder(), 'a.safetensors');
  await writeSafetensors(path, [{ name: 'a', shape: [3], values: new Float32Array(3) }]);
  for (let size = statSync(path).size - 1; size >= 0; size--) {
    truncateSync(path, size);
    await refused('safetensors-broken', () => readAll(path));
  }
});

test('other things that stand where a model should are called by their names', async () => {
  const folder = temporaryFolder();
  const write = (bytes: string | Uint8Array) => {
    writeFileSync(join(folder, 'a'), bytes);
    return join(folder, 'a');
  };
  const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n';
  await refused('safetensors-git-lfs', () => readAll(write(pointer)));
  await refused('safetensors-pickle', () =>
    readAll(write(Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0, 0, 0, 8, 8))),
  );
  const { message } = await refused('safetensors-broken', () => readAll(write('kind: task\nname: pos-en\n')));
  expect(message).toContain('it is a text');
  await refused('file-missing', () => readAll(join(folder, 'none')));
  mkdirSync(join(folder, 'folder'));
  await refused('file-unreadable', () => readAll(join(folder, 'folder')));
  const eight = rawFile({ a: { dtype: 'F8_E4M3', shape: [1], data_offsets: [0, 1] } }, new Uint8Array(1));
  await refused('safetensors-dtype', () => readAll(eight));
});

test('damaged files are read or refused, and what is read is never larger than the file', async () => {
  const good = join(temporaryFolder(), 'good');
  const tensors: TensorToWrite[] = [
    { name: 'a.weight', shape: [2, 8], values: Float32Array.from({ length: 16 }, (_, i) => i / 8) },
    { name: 'a.bias', shape: [40], values: new Int32Array(40) },
    { name: 'long', shape: [2], values: BigInt64Array.of(1n, 2n) },
  ];
  await writeSafetensors(good, tensors, { format: 'pt' });
  await expectFileReadOrUserError(good, async (path) => {
    const { all } = await readAll(path);
    const bytes = [...all.values()].reduce(
      (sum: number, values) => sum + (values as Float32Array).byteLength,
      0,
    );
    expect(bytes).toBeLessThanOrEqual(2 * statSync(path).size);
  });
});
