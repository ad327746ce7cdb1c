import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { refused, temporaryFolder } from '../../test/support/files.ts';
import {
  renamePatiently,
  writeFileAtomically,
  writeFolderAtomically,
  writeTextAtomically,
} from './atomicFile.ts';

test('a new file has its content, and nothing else is left in the folder', async () => {
  const folder = temporaryFolder();
  await writeTextAtomically(join(folder, 'a.txt'), 'günaydın');
  expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('günaydın');
  expect(readdirSync(folder)).toEqual(['a.txt']);
});

test('a failure in the middle leaves the old file as it was and no temporary one', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'a.txt');
  writeFileSync(path, 'old');
  const failing = writeFileAtomically(path, async (handle) => {
    await handle.write('half');
    throw new Error('stopped');
  });
  await expect(failing).rejects.toThrow('stopped');
  expect(readFileSync(path, 'utf8')).toBe('old');
  expect(readdirSync(folder)).toEqual(['a.txt']);
});

test('a full disk is said in plain words, with the name that the user gave', async () => {
  const path = join(temporaryFolder(), 'a.txt');
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), {
    code: 'ENOSPC',
    syscall: 'write',
  });
  const error = await refused('file-disk-full', () => writeFileAtomically(path, () => Promise.reject(full)));
  expect(error.message).toContain(path);
  expect(existsSync(path)).toBe(false);
});

test('a folder that does not exist, and a folder in place of the file', async () => {
  const folder = temporaryFolder();
  await refused('file-unwritable', () => writeTextAtomically(join(folder, 'none', 'a.txt'), ''));
  await refused('file-unwritable', () => writeTextAtomically(folder, ''));
});

test.skipIf(process.platform === 'win32')('who may read and write a file stays as it was', async () => {
  const path = join(temporaryFolder(), 'a.txt');
  for (const mode of [0o600, 0o664, 0o755]) {
    writeFileSync(path, 'old');
    chmodSync(path, mode);
    await writeTextAtomically(path, 'new');
    expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual(['new', mode]);
  }
  chmodSync(path, 0o444);
  const error = await refused('file-unwritable', () => writeTextAtomically(path, 'newer'));
  expect(error.message).toContain('it may not be written');
  expect(readFileSync(path, 'utf8')).toBe('new');
});

test.skipIf(process.platform === 'win32')('a link is followed, a device is not replaced', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'real'), 'old');
  symlinkSync(join(folder, 'real'), join(folder, 'link'));
  await writeTextAtomically(join(folder, 'link'), 'new');
  expect(readFileSync(join(folder, 'real'), 'utf8')).toBe('new');
  await refused('file-unwritable', () => writeTextAtomically('/dev/null', ''));
  expect(statSync('/dev/null').isFile()).toBe(false);
});

test('on Windows a refused renaming is tried again, elsewhere it is not', async () => {
  const busy = Object.assign(new Error('EPERM'), { code: 'EPERM', syscall: 'rename' });
  const tools = (platform: NodeJS.Platform, failures: number) => {
    const calls = { renamed: 0, waited: 0 };
    const rename = async () => {
      if (calls.renamed++ < failures) throw busy;
    };
    const wait = async (milliseconds: number) => {
      calls.waited += milliseconds;
    };
    return { platform, rename, wait, calls };
  };
  const windows = tools('win32', 5);
  await renamePatiently('a', 'b', windows);
  expect(windows.calls.renamed).toBe(6);

  const never = tools('win32', Infinity);
  await expect(renamePatiently('a', 'b', never)).rejects.toBe(busy);
  expect(never.calls.waited).toBeGreaterThanOrEqual(60_000);
  expect(never.calls.waited).toBeLessThan(62_000);

  const linux = tools('linux', 1);
  await expect(renamePatiently('a', 'b', linux)).rejects.toBe(busy);
});

const writeSomething = async (folder: string) => writeFileSync(join(folder, 'a'), '1');

test('a folder appears whole or not at all, and replaces only an empty one', async () => {
  const parent = temporaryFolder();
  const out = join(parent, 'out');
  await expect(
    writeFolderAtomically(out, async (folder) => {
      await writeSomething(folder);
      throw new Error('stopped');
    }),
  ).rejects.toThrow('stopped');
  expect(readdirSync(parent)).toEqual([]);

  mkdirSync(out);
  await writeFolderAtomically(out, writeSomething);
  expect(readdirSync(out)).toEqual(['a']);
  await refused('folder-exists', () => writeFolderAtomically(out, writeSomething));
  expect(readdirSync(parent)).toEqual(['out']);
});
