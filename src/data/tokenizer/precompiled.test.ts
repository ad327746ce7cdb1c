import { describe, expect, it } from 'vitest';

import { precompiled } from './precompiled.ts';

/** A charsmap (base64) of a double-array trie in which every node has 256 places of its own. */
function charsmap(replacements: Record<string, string>): string {
  const trie: number[] = [];
  let blob = '';
  const place = (at: number, label: number, children: Map<string, string>): void => {
    const base = (Math.floor(trie.length / 256) + 1) * 256;
    const value = children.get('');
    trie.length = base + 256;
    trie[at] = ((at ^ base) << 10) | (value === undefined ? 0 : 0x100) | label;
    if (value !== undefined) {
      trie[base] = 0x80000000 | Buffer.byteLength(blob);
      blob += `${value}\0`;
    }
    for (const byte of new Set(
      [...children.keys()].filter((key) => key !== '').map((key) => key.charCodeAt(0)),
    )) {
      const below = [...children].filter(([key]) => key.charCodeAt(0) === byte);
      place(base ^ byte, byte, new Map(below.map(([key, result]) => [key.slice(1), result])));
    }
  };
  const keys = Object.entries(replacements);
  place(0, 0, new Map(keys.map(([key, result]) => [Buffer.from(key).toString('latin1'), result])));
  const bytes = Buffer.alloc(4 + 4 * trie.length);
  bytes.writeUInt32LE(4 * trie.length, 0);
  for (let i = 0; i < trie.length; i++) bytes.writeUInt32LE((trie[i] ?? 0) >>> 0, 4 + 4 * i);
  return Buffer.concat([bytes, Buffer.from(blob)]).toString('base64');
}

describe("SentencePiece's normalisation", () => {
  const normalize = precompiled(charsmap({ Ａ: 'A', '\t': ' ', 'o\u0323': 'ọ', ﬁ: 'fi', '\u200b': '' }));

  it('replaces what its table has and leaves the rest', () => {
    expect(normalize('aＡ\tﬁ\u200bɛ 𐐷')).toBe('aA fiɛ 𐐷');
  });

  it('replaces letters with their marks as one, and by the shortest entry of the table', () => {
    expect(normalize('o\u0323x')).toBe('ọx');
    expect(normalize('o\u0323\u0300x')).toBe('ọx');
  });

  it('refuses a table that is cut off', () => {
    for (const table of ['', 'AAAA', charsmap({ a: 'b' }).slice(0, 100)]) {
      expect(() => precompiled(table)).toThrow(/charsmap is broken/);
    }
  });
});
