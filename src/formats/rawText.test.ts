import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { refused, temporaryFolder } from '../../test/support/files.ts';
import { expectReadOrUserError } from '../../test/support/readOrUserError.ts';
import { indexLines, LONGEST_LINE } from './lineIndex.ts';
import { loadRawText, parseRawText } from './rawText.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('a raw text', () => {
  it('is its lines that are not blank, with their numbers', () => {
    expect(parseRawText(encode('\uFEFFMilo saleva.\r\n\r\n \t\nBa.\n'), 'a.txt')).toEqual([
      { line: 1, text: 'Milo saleva.' },
      { line: 4, text: 'Ba.' },
    ]);
  });

  it('of blank lines alone is refused', () => {
    expect(() => parseRawText(encode(' \n\n'), 'a.txt')).toThrow(/^a\.txt: The file holds no text/);
  });

  it.each([
    ['read whole', loadRawText],
    ['indexed', indexLines],
  ])('has no line of more than 4 MB, %s', async (_, read) => {
    const file = join(temporaryFolder(), 'a.txt');
    // Five bytes and three code units each: it is bytes that count.
    const write = (words: number) =>
      writeFileSync(file, `Ba.\n${'\u{10437} '.repeat(words)}\nMilo saleva.\n`);
    const most = Math.floor((LONGEST_LINE - 1) / 5);
    write(most);
    await read(file);
    write(most + 1);
    const { message } = await refused('data-line-endless', () => read(file));
    expect(message).toMatch(/a\.txt:2: This line is longer than 4 MB\./);
  });

  it('is read or refused in plain words, however it is damaged', () => {
    const good = encode('Milo saléva nu.\nBa 𐐷 sur lo.\n\nNu tá.');
    expectReadOrUserError(good, (bytes) => parseRawText(bytes, 'a.txt'));
  });
});
