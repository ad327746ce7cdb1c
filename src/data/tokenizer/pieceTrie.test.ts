import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { pieceTrie } from './pieceTrie.ts';

it('a trie of pieces finds those that a text begins with, and no others', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'ɛ', '\u{10400}'), maxLength: 6 });
  fc.assert(
    fc.property(fc.array(word.filter((piece) => piece !== '')), word, (pieces, text) => {
      const trie = pieceTrie(pieces);
      const found: [string, number][] = [];
      for (let end = 1, node = 0; end <= text.length; end++) {
        node = trie.next(node, text.charCodeAt(end - 1));
        if (node === -1) break;
        const piece = trie.pieceAt(node);
        if (piece !== -1) found.push([text.slice(0, end), piece]);
      }
      const expected = [...new Set(pieces)]
        .filter((piece) => text.startsWith(piece))
        .sort((a, b) => a.length - b.length)
        .map((piece) => [piece, pieces.lastIndexOf(piece)]);
      expect(found).toEqual(expected);
    }),
  );
});
