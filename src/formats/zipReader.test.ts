import * as fc from 'fast-check';
import { writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { expectFileReadOrUserError, refused, temporaryFolder } from '../../test/support/files.ts';
import { fuzzTimeout } from '../../test/support/mutate.ts';
import { zipBytes } from '../../test/support/zipBytes.ts';
import { writeFileAtomically } from './atomicFile.ts';
import { openZip } from './zipReader.ts';
import { type ZipContent, writeZip } from './zipWriter.ts';

/** All contents by name. */
async function readAll(path: string): Promise<Map<string, Uint8Array>> {
  const handle = await open(path);
  try {
    const zip = await openZip(handle, path);
    const all = new Map<string, Uint8Array>();
    for (const entry of zip.entries.values()) all.set(entry.name, await zip.read(entry));
    return all;
  } finally {
    await handle.close();
  }
}

function file(bytes: Uint8Array): string {
  const path = join(temporaryFolder(), 'a.zip');
  writeFileSync(path, bytes);
  return path;
}

const content = (name: string, ...bytes: number[]): ZipContent => ({ name, bytes: Uint8Array.from(bytes) });
const two = [
  content('m/data.pkl', 1, 2, 3),
  content('m/data/0', ...Array.from({ length: 300 }, (_, i) => i % 7)),
];
const asMap = (contents: readonly ZipContent[]) => new Map(contents.map(({ name, bytes }) => [name, bytes]));

test('what was written is read again, aligned, and the same contents give the same bytes', async () => {
  const folder = temporaryFolder();
  const names = fc.uniqueArray(fc.stringMatching(/^[a-zü]{1,9}(\/[a-z0-9]{1,5})?$/), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(names, fc.infiniteStream(fc.uint8Array({ maxLength: 200 })), async (list, stream) => {
      const contents = list.map((name) => ({ name, bytes: stream.next().value as Uint8Array }));
      const path = join(folder, 'a.zip');
      await writeFileAtomically(path, async (handle) => writeZip(handle, contents, path));
      expect(await readAll(path)).toEqual(asMap(contents));
    }),
    { numRuns: 50 },
  );
  const path = join(folder, 'b.zip');
  await writeFileAtomically(path, async (handle) => writeZip(handle, two, path));
  const handle = await open(path);
  const bytes = await handle.readFile();
  await handle.close();
  for (const { bytes: one } of two) expect(bytes.indexOf(one) % 64).toBe(0);
});

test('archives of others: packed, zip64, with a comment', async () => {
  const wanted = asMap(two);
  expect(await readAll(file(zipBytes(two)))).toEqual(wanted);
  expect(await readAll(file(zipBytes(two.map((one) => ({ ...one, deflate: true })))))).toEqual(wanted);
  expect(await readAll(file(zipBytes(two, { zip64: true })))).toEqual(wanted);
  expect(await readAll(file(zipBytes(two, { comment: 'PK\u0005\u0006 no end' })))).toEqual(wanted);
});

const bad: [string, Uint8Array, string][] = [
  ['a wrong checksum', zipBytes([{ ...two[1], crc: 5 }]), 'checksum'],
  ['a wrong checksum of what was packed', zipBytes([{ ...two[1], crc: 5, deflate: true }]), 'checksum'],
  ['one name twice', zipBytes([two[0], two[0]]), 'twice'],
  ['a name that leads out', zipBytes([content('m/../../x', 1)]), 'plain name'],
  ['a name from the root', zipBytes([content('/etc/x', 1)]), 'plain name'],
  ['a name of a drive', zipBytes([content('C:x', 1)]), 'plain name'],
  ['a name with a backslash', zipBytes([content('m\\x', 1)]), 'plain name'],
  ['more bytes than there are', zipBytes([{ ...two[0], size: 2 ** 31 }]), 'lies outside'],
  ['another size than it unpacks to', zipBytes([{ ...two[1], deflate: true, size: 10 }]), 'unpacked'],
  ['a bomb', zipBytes([{ ...two[1], deflate: true, size: 2 ** 31 }]), 'far more bytes'],
  ['an unknown packing', zipBytes([{ ...two[0], method: 14 }]), 'unknown way'],
  ['no directory', zipBytes(two).subarray(0, 40), 'end is missing'],
  ['bytes before it', Buffer.concat([Buffer.alloc(10), zipBytes(two)]), 'damaged'],
];

test.each(bad)('%s is refused with a reason', async (_, bytes, words) => {
  const path = file(bytes);
  const error = await refused('pytorch-broken', () => readAll(path));
  expect(error.message).toContain(words);
  expect(error.message).toContain(path);
});

test(
  'damaged archives are read or refused',
  async () => {
    await expectFileReadOrUserError(file(zipBytes([two[0], { ...two[1], deflate: true }])), readAll);
  },
  fuzzTimeout(60_000),
);

test(
  'damaged zip64 archives are read or refused',
  async () => {
    await expectFileReadOrUserError(file(zipBytes(two, { zip64: true })), readAll);
  },
  fuzzTimeout(60_000),
);
