import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { inventedBert } from '../../test/support/inventedTokenizers.ts';
import { hasShared, shared } from '../../test/support/oracle.ts';
import { type ConlluSentence, loadConllu, parseConllu } from '../formats/conllu.ts';
import { NO_LABEL } from './example.ts';
import {
  checkTrees,
  overSentence,
  parsingData,
  renamedRelations,
  universalRelation,
  universalRelations,
} from './parsing.ts';

const tokenizer = inventedBert(['milo', '##sa', 'nu']);
const file = 'a.conllu';

/** Sentences of words `form head relation`. */
const treebank = (...sentences: string[][]): ConlluSentence[] => {
  const lines = sentences.flatMap((words) => [
    ...words.map((word, i) => {
      const [form, head, relation] = word.split(' ');
      return [i + 1, form, '_', '_', '_', '_', head, relation, '_', '_'].join('\t');
    }),
    '',
  ]);
  return parseConllu(new TextEncoder().encode(lines.join('\n')), file);
};
const read = (sentences: readonly ConlluSentence[], maxLength = 100, relations = universalRelations) =>
  parsingData(sentences, relations, tokenizer, { maxLength, file });
const names = (indices: Int32Array) =>
  Array.from(indices, (index) => (index === NO_LABEL ? null : universalRelations[index]));

const sentence = ['milosa 3 nsubj:pass', '\u200b 1 dep', 'nu 0 root', 'a 2 obj'];

describe('trees of a treebank', () => {
  it('become the starts of their words, with heads and relations without subtypes', () => {
    const { examples, trees } = read(treebank(sentence, ['nu 0 root']));
    const [example] = examples;
    expect(Array.from(example.ids, tokenizer.piece)).toEqual(['[CLS]', 'milo', '##sa', 'nu', 'a', '[SEP]']);
    expect([...example.wordStarts]).toEqual([1, 3, 3, 4, 5]);
    expect([...trees[0].heads]).toEqual([3, 1, 0, 2]);
    expect(names(trees[0].relations)).toEqual(['nsubj', 'dep', 'root', 'obj']);
    expect([...examples[1].wordStarts]).toEqual([1, 2]);
  });

  it('have the relations that they are to have; one with its subtype goes before the one without', () => {
    const rename = { nsubjpass: 'nsubj', dobj: 'obj', 'obj:x': 'iobj', nsubj: 'csubj', 'nsubj:pass': 'obl' };
    const written = ['a 0 root', 'a 1 nsubjpass', 'a 1 dobj:y', 'a 1 obj:x', 'a 1 nsubj', 'a 1 nsubj:pass'];
    const { trees } = read(renamedRelations(treebank(written), rename));
    expect(names(trees[0].relations)).toEqual(['root', 'nsubj', 'obj', 'iobj', 'csubj', 'obl']);
    expect(() => read(treebank(written))).toThrow(
      /a\.conllu:2: The relation "nsubjpass" .*--rename WRITTEN=RELATION, task\.rename in a recipe/,
    );
  });

  it('teach nothing of words without a piece, which are errors in evaluation', () => {
    const { examples, wordsWithoutPieces, cutWords } = read(treebank(sentence));
    expect([...examples[0].heads]).toEqual([3, NO_LABEL, 0, 2]);
    expect(names(examples[0].relations)).toEqual(['nsubj', null, 'root', 'obj']);
    expect(overSentence(examples[0], 4, [3, 1, 0, 2])).toEqual([3, undefined, 0, 2]);
    expect({ wordsWithoutPieces, cutWords }).toEqual({ wordsWithoutPieces: 1, cutWords: 0 });
  });

  it('are cut where the model ends: words cut off are errors, and heads cut off are not learnt', () => {
    const words = ['milosa 2 nsubj', 'nu 4 dep', 'milosa 4 obj', 'nu 0 root', '\u200b 4 dep', 'a 4 obj'];
    const { examples, trees, ...lost } = read(treebank(words), 6);
    expect(Array.from(examples[0].ids, tokenizer.piece)).toEqual([
      '[CLS]',
      'milo',
      '##sa',
      'nu',
      'milo',
      '[SEP]',
    ]);
    expect([...examples[0].wordStarts]).toEqual([1, 3, 4, 5]);
    expect([...examples[0].heads]).toEqual([2, NO_LABEL, NO_LABEL]);
    expect(names(examples[0].relations)).toEqual(['nsubj', null, null]);
    expect([...trees[0].heads]).toEqual([2, 4, 4, 0, 4, 4]);
    expect(overSentence(examples[0], 6, [2, 0, 1])).toEqual([2, 0, 1, undefined, undefined, undefined]);
    expect(lost).toMatchObject({ cutSentences: 1, cutWords: 2, wordsWithoutPieces: 1 });
  });

  it('may lack heads, where there is nothing to learn', () => {
    const { examples, trees } = read(treebank(['nu _ _', 'a _ whatever']));
    expect([...examples[0].heads, ...trees[0].heads]).toEqual([NO_LABEL, NO_LABEL, NO_LABEL, NO_LABEL]);
    expect(names(examples[0].relations)).toEqual([null, null]);
  });

  it('may be of words of which nothing is left', () => {
    const { examples } = read(treebank(['\u200b 0 root']));
    expect([...examples[0].wordStarts]).toEqual([1, 1]);
    expect([...examples[0].heads]).toEqual([NO_LABEL]);
  });

  it('with a relation that the parser does not know are refused', () => {
    expect(() => read(treebank(['nu 0 root'], ['a 0 rot:x']))).toThrow(
      /^a\.conllu:3: The relation "rot:x" is none of those that the parser knows: _, acl/,
    );
    expect(names(read(treebank(['a 0 obj']), 100, ['obj', 'acl']).trees[0].relations)).toEqual(['_']);
  });

  it('keep each word in its place, however long the sentence may be', () => {
    const words = fc.array(fc.constantFrom('nu', 'milosa', '\u200b', 'abc', 'λ'), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(words, fc.integer({ min: 3, max: 20 }), (forms, maxLength) => {
        const { examples, cutWords, wordsWithoutPieces } = read(
          treebank(forms.map((form) => `${form} 0 root`)),
          maxLength,
        );
        const [{ ids, wordStarts, heads }] = examples;
        expect(ids.length).toBeLessThanOrEqual(maxLength);
        const seen = overSentence({ wordStarts }, forms.length, heads);
        for (const [i, form] of forms.entries()) {
          const whole = tokenizer.encodeWords([form]).ids.slice(1, -1);
          if (seen[i] === undefined) continue;
          const own = [...ids.subarray(wordStarts[i], wordStarts[i + 1])];
          expect(own).toEqual([...whole.subarray(0, own.length)]);
          if (i + 2 < wordStarts.length) expect(own).toHaveLength(whole.length);
        }
        const unseen = seen.filter((one) => one === undefined).length;
        expect(cutWords + wordsWithoutPieces).toBe(unseen);
        expect(wordsWithoutPieces).toBe(forms.filter((form) => form === '\u200b').length);
      }),
    );
  });
});

describe('a treebank', () => {
  it.each([
    [
      'a circle',
      ['a 2 dep', 'b 3 dep', 'c 2 dep', 'd 0 root'],
      /^a\.conllu:4: These words .* circle: 2 b, 3 c\. Correct/,
    ],
    ['no root', ['a 2 dep', 'b 1 dep'], /^a\.conllu:3: No word of this sentence has the head 0/],
    ['a word that is its own head', ['a 0 root', 'b 2 dep'], /^a\.conllu:4: The word "b" is its own head/],
    ['a word without a head', ['a 0 root', 'b _ dep'], /^a\.conllu:4: The word "b" has no head/],
  ])('with %s is refused', (_what, words, message) => {
    expect(() => checkTrees(treebank(['a 0 root'], words), file)).toThrow(message);
  });

  it('may have sentences with several roots, which are counted', () => {
    expect(checkTrees(treebank(['a 0 root'], ['a 0 root', 'b 0 root']), file)).toEqual({ severalRoots: 1 });
  });

  describe.skipIf(!hasShared)('of Universal Dependencies', () => {
    const folder = join(shared, 'data/ud');
    const files = hasShared ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
    it.each(files.filter((name) => name.endsWith('.conllu')))(
      '%s has trees and known relations',
      async (name) => {
        const sentences = await loadConllu(join(folder, name));
        expect(checkTrees(sentences, name)).toEqual({ severalRoots: 0 });
        const relations = sentences.flatMap(({ words }) =>
          words.map(({ deprel }) => universalRelation(deprel)),
        );
        expect(relations.filter((relation) => !universalRelations.includes(relation))).toEqual([]);
      },
    );
  });
});
