import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { unigram } from './unigram.ts';

const letters = ['a', 'b', 'ɛ', '\u{10400}'];
const vocabulary = fc.uniqueArray(
  fc.tuple(
    fc.string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength: 3 }),
    fc.integer({ min: -12, max: -1 }),
  ),
  { minLength: 1, maxLength: 12, selector: ([piece]) => piece },
);

/** The best score of all ways to cut a text. */
function bestScore(text: string, scores: ReadonlyMap<string, number>, unknown: number): number {
  if (text === '') return 0;
  const [first] = text;
  const known = [...scores].filter(([piece]) => text.startsWith(piece));
  const ways = scores.has(first) ? known : [...known, [first, unknown] as const];
  return Math.max(
    ...ways.map(([piece, score]) => score + bestScore(text.slice(piece.length), scores, unknown)),
  );
}

it('the unigram model cuts a text in the likeliest of all ways', () => {
  const text = fc.string({ unit: fc.constantFrom(...letters), maxLength: 7 });
  fc.assert(
    fc.property(vocabulary, text, (entries, word) => {
      const vocab: [string, number][] = [['<unk>', 0], ...entries];
      const unknown = Math.min(...vocab.map(([, score]) => score)) - 10;
      const scores = new Map(entries);
      const pieces = unigram({ type: 'Unigram', unk_id: 0, vocab })?.(word) ?? [];
      expect(pieces.join('')).toBe(word);
      const found = pieces.reduce(
        (sum, piece) => sum + (scores.get(piece) ?? unknown * Array.from(piece).length),
        0,
      );
      expect(found).toBe(bestScore(word, scores, unknown));
    }),
  );
});

it('is for unigram models alone', () => {
  expect(unigram({ type: 'WordPiece', vocab: { a: 0 } })).toBeUndefined();
  expect(unigram({ type: 'BPE', vocab: [['a', 0]] })).toBeUndefined();
});
