import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generate, streams } from '../languages/generate.ts';
import { makeWorld } from '../languages/world.ts';
import { buildVocabulary, countWords } from './build.ts';
import { cutWord, specials } from './pieces.ts';
import { vocabularySize, worldVocabulary } from './world.ts';

const text = fc.array(
  fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c', '#'), minLength: 1, maxLength: 6 })),
  {
    minLength: 1,
  },
);

/** The smallest vocabulary of a text: specials and letters. */
function letters(counts: ReadonlyMap<string, number>): number {
  const words = [...counts.keys()].map((word) => Array.from(word));
  return specials.length + new Set(words.flat()).size + new Set(words.flatMap((word) => word.slice(1))).size;
}

describe('a vocabulary', () => {
  it('merges the most frequent pair first, and of equally frequent ones the first in the order of text', () => {
    const counts = new Map([
      ['ab', 2],
      ['cab', 3],
      ['bc', 2],
    ]);
    const pieces = buildVocabulary(counts, 15);
    expect(pieces.slice(0, 5)).toEqual(['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]']);
    expect(pieces.slice(5, 11)).toEqual(['a', 'b', 'c', '##a', '##b', '##c']);
    expect(pieces.slice(11)).toEqual(['##ab', 'cab', 'ab', 'bc']);
  });

  it('counts each of a word’s pairs after the merges before', () => {
    expect(buildVocabulary(new Map([['aaaa', 1]]), 10).slice(5)).toEqual([
      'a',
      '##a',
      '##aa',
      '##aaa',
      'aaaa',
    ]);
  });

  it('does not depend on the order of the text, and cuts all of its words', () => {
    fc.assert(
      fc.property(text, fc.nat(10), (sentences, merges) => {
        const counts = countWords(sentences);
        const backwards = countWords(sentences.toReversed());
        const build = (counts: ReadonlyMap<string, number>) => {
          try {
            return buildVocabulary(counts, letters(counts) + merges);
          } catch {
            return null;
          }
        };
        const pieces = build(counts);
        expect(build(backwards)).toEqual(pieces);
        if (pieces === null) return;
        expect(pieces.length).toBe(letters(counts) + merges);
        expect(new Set(pieces).size).toBe(pieces.length);
        for (const word of counts.keys()) {
          const cut = cutWord(new Set(pieces), word);
          expect(cut?.map((piece, i) => (i === 0 ? piece : piece.slice(2))).join('')).toBe(word);
        }
      }),
    );
  });

  it('is refused where the size is too small or too large', () => {
    expect(() => buildVocabulary(new Map([['abc', 1]]), 8)).toThrow('no room');
    expect(() => buildVocabulary(new Map([['abc', 1]]), 100)).toThrow('fewer than 100');
  });

  it('leaves a word with an unknown letter uncut', () => {
    expect(cutWord(new Set(buildVocabulary(new Map([['abc', 1]]), 12)), 'abx')).toBeNull();
  });
});

describe('the vocabulary of a world', () => {
  const world = makeWorld(1);
  const pieces = worldVocabulary(world);

  it('has 2,000 pieces, always the same', () => {
    expect(pieces.length).toBe(vocabularySize);
    expect(createHash('sha256').update(pieces.join('\n')).digest('hex').slice(0, 16)).toMatchInlineSnapshot(
      `"116e6022a59c98f6"`,
    );
  });

  it('cuts every word of every language, in few pieces', () => {
    const known = new Set(pieces);
    for (const language of world.languages) {
      const words = generate(world, language, 500, streams.test).flatMap((sentence) => sentence.words);
      const cuts = words.map((word) => cutWord(known, word));
      expect(cuts).not.toContain(null);
      expect(cuts.flat().length / words.length).toBeLessThan(1.4);
    }
  });
});
