import { lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { refused, temporaryFolder } from '../../../test/support/files.ts';
import { cachedModel, hubFolders } from '../../formats/hubCache.ts';
import type { RemoteFile } from './listing.ts';
import { checkRoom, openStore } from './store.ts';

/** As Windows answers somebody who may not make links. */
const refusesLinks = async (): Promise<void> => {
  throw Object.assign(new Error('not permitted'), { code: 'EPERM', syscall: 'symlink' });
};

const file = (path: string, text: string, value: string): RemoteFile => ({
  path,
  size: text.length,
  hash: { kind: 'git', value: value.padEnd(40, '0') },
});

test('where links cannot be made a new content is moved, and one that others may use is copied', async () => {
  const cache = temporaryFolder();
  const folders = hubFolders(cache, 'org/x');
  const [first, second] = ['a'.repeat(40), 'b'.repeat(40)];
  const content = file('pytorch_diff.bin', 'hello', 'abc');
  const store = await openStore(folders, first, refusesLinks);
  writeFileSync(store.partial(content), 'hello');
  await store.keep(content);
  expect(await store.find(content)).toBe(join(folders.blobs, content.hash.value));
  await store.show(content, true);
  expect(readdirSync(folders.blobs)).toEqual([]);
  expect(lstatSync(join(store.snapshot, 'pytorch_diff.bin')).isSymbolicLink()).toBe(false);
  await store.point('main');
  expect(cachedModel({ id: 'org/x', revision: 'main' }, cache)?.commit).toBe(first);
  expect(await store.find(content)).toBe(join(store.snapshot, 'pytorch_diff.bin'));

  const next = await openStore(folders, second, refusesLinks);
  writeFileSync(join(folders.blobs, content.hash.value), 'hello');
  await next.show(content, false);
  expect(readFileSync(join(next.snapshot, 'pytorch_diff.bin'), 'utf8')).toBe('hello');
  expect(readdirSync(folders.blobs)).toHaveLength(1);
  expect(readdirSync(next.snapshot)).toEqual(['pytorch_diff.bin']);
});

test('a link that leads nowhere, or to something of another size, is replaced', async () => {
  const folders = hubFolders(temporaryFolder(), 'org/x');
  const store = await openStore(folders, 'a'.repeat(40));
  const content = file('config.json', '{}', 'abc');
  writeFileSync(join(store.snapshot, 'config.json'), 'longer than that');
  expect(await store.find(content)).toBeUndefined();
  expect(await store.missing(content)).toBe(2);
  writeFileSync(store.partial(content), '{');
  expect(await store.missing(content)).toBe(1);
  writeFileSync(store.partial(content), '{}');
  await store.keep(content);
  expect(await store.missing(content)).toBe(0);
  await store.show(content, true);
  expect(readFileSync(join(store.snapshot, 'config.json'), 'utf8')).toBe('{}');
  expect(lstatSync(join(store.snapshot, 'config.json')).isSymbolicLink()).toBe(true);
});

test('a commit gets no ref, and a disk without room is found out', async () => {
  const folders = hubFolders(temporaryFolder(), 'org/x');
  const store = await openStore(folders, 'a'.repeat(40));
  await store.point('a'.repeat(40));
  expect(readdirSync(folders.repository).sort()).toEqual(['blobs', 'snapshots']);
  await refused('hub-disk', () => checkRoom(store.snapshot, 2 ** 60));
});
