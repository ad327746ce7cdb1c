import { describe, expect, it } from 'vitest';

import { expectReadOrUserError } from '../../test/support/readOrUserError.ts';
import { parseRawText } from './rawText.ts';

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

  it('is read or refused in plain words, however it is damaged', () => {
    const good = encode('Milo saléva nu.\nBa 𐐷 sur lo.\n\nNu tá.');
    expectReadOrUserError(good, (bytes) => parseRawText(bytes, 'a.txt'));
  });
});
