import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { temporaryFolder } from '../../../test/support/files.ts';
import { keepLast } from './kept.ts';

function newFile(): string {
  const file = join(temporaryFolder(), 'x');
  writeFileSync(file, 'one');
  return file;
}

test('what was made is kept until the file changes, for the last files that were asked for', async () => {
  const [file, other, third] = [newFile(), newFile(), newFile()];
  const keep = keepLast<number>(2);
  let count = 0;
  const made = (path: string, about = '') => keep(path, about, async () => ++count);
  expect([await made(file), await made(file)]).toEqual([1, 1]);
  expect(await made(file, 'something else')).toBe(2);
  writeFileSync(`${file}.new`, 'longer than before');
  renameSync(`${file}.new`, file);
  expect(await made(file)).toBe(3);
  expect([await made(other), await made(third), await made(file)]).toEqual([4, 5, 6]);
  rmSync(file);
  await expect(made(file)).rejects.toMatchObject({ code: 'file-missing' });
});

test('what failed is made again; so is what another asked for and no longer waits for', async () => {
  const file = newFile();
  const keep = keepLast<string>(2);
  await expect(keep(file, '', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  const first = new AbortController();
  const make = vi.fn(() => endless(first.signal));
  const given = keep(file, '', make, first.signal);
  await vi.waitUntil(() => make.mock.calls.length > 0, 30_000); // both look at the file first, and either may be done sooner
  const patient = keep(file, '', async () => 'made', new AbortController().signal);
  first.abort(new Error('gone'));
  await expect(given).rejects.toThrow('gone');
  expect(await patient).toBe('made');
});

/** Fails when nobody waits any more. */
const endless = (signal: AbortSignal) =>
  new Promise<string>((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });
