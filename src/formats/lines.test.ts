import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { loadLines, readLines } from './lines.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (text: string): string[] => readLines(bytes(text), 'a.txt');

describe('lines of a text file', () => {
  it('end with LF, CRLF or CR, and the last one needs no end', () => {
    expect(read('one\ntwo\r\nthree\rfour')).toEqual(['one', 'two', 'three', 'four']);
    expect(read('one\n\ntwo\n')).toEqual(['one', '', 'two']);
  });

  it('have no byte order mark before the first of them', () => {
    expect(read('\uFEFFone\ntwo')).toEqual(['one', 'two']);
  });

  it('are never none', () => {
    for (const nothing of ['', '\uFEFF', '\n']) {
      expect(() => read(nothing)).toThrow(/^a\.txt: The file holds no text\./);
    }
  });

  it('may be more than are decoded at once', () => {
    const line = `${'ɛ'.repeat(999)}\n`;
    expect(read(line.repeat(20_000))).toHaveLength(20_000);
  });

  it('that are not UTF-8 are named', () => {
    const broken = Uint8Array.from([...bytes('gut\r\nschön\r\n'), 0x73, 0xf6, 0x0a]);
    expect(() => readLines(broken, 'a.txt')).toThrow(/^a\.txt:3: The text is not valid UTF-8\./);
    expect(() => readLines(Uint8Array.from([0xff, 0xfe, 0x61, 0]), 'a.txt')).toThrow(/looks like UTF-16/);
  });

  it('of a Git LFS placeholder are not taken for data', () => {
    expect(() => read('version https://git-lfs.github.com/spec/v1\noid sha256:0\n')).toThrow(/git lfs pull/);
  });
});

describe('a file on disk', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sft-lines-'));
    await writeFile(join(folder, 'a.txt'), 'one\ntwo\n');
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('is read', async () => {
    expect(await loadLines(join(folder, 'a.txt'))).toEqual(['one', 'two']);
  });

  it('that is missing, or a folder, is refused in plain words', async () => {
    await expect(loadLines(join(folder, 'b.txt'))).rejects.toThrow(/b\.txt: There is no such file\./);
    await expect(loadLines(join(folder, 'a.txt', 'c'))).rejects.toThrow(/There is no such file\./);
    await expect(loadLines(folder)).rejects.toThrow(/This is a folder/);
  });
});
