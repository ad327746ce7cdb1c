import { describe, expect, it } from 'vitest';

import { inventedBert } from '../../test/support/inventedTokenizers.ts';
import type { TaggedSentence } from '../formats/columns.ts';
import { parseConllu } from '../formats/conllu.ts';
import { NO_LABEL } from './example.ts';
import { collectLabels, CUT_OFF, taggingData, tagsOfTreebank, WITHOUT_PIECE } from './tagging.ts';

const tokenizer = inventedBert(['milo', '##sa', 'nu']);
const file = 'a.conllu';

const sentence = (line: number, ...words: [string, string][]): TaggedSentence => ({
  line,
  words: words.map(([form, tag], i) => ({ line: line + i, form, tag })),
});
const sentences = [
  sentence(1, ['nu', 'DET'], ['milosa', 'NOUN'], ['skip', '_'], ['\u200b', 'X'], ['nu', 'VERB']),
  sentence(7, ['all', '_'], ['gone', '_']),
  sentence(10, ['milosa', 'VERB'], ['milosa', 'NOUN'], ['\u200b', 'X'], ['nu', 'DET']),
];
const labels = ['DET', 'NOUN', 'VERB', 'X'];

describe('tagged sentences', () => {
  it('have labels in the order of their names, and _ is none', () => {
    expect(collectLabels(sentences, file)).toEqual(labels);
    expect(() => collectLabels([sentences[1]], file)).toThrow(/^a\.conllu: The file holds no tag/);
  });

  it('carry the label of a word on its first piece, and remember where each word is', () => {
    const data = taggingData(sentences, labels, tokenizer, { maxLength: 100, file });
    expect(Array.from(data.examples[0].ids, tokenizer.piece)).toEqual([
      '[CLS]',
      'nu',
      'milo',
      '##sa',
      'nu',
      '[SEP]',
    ]);
    expect([...data.examples[0].labels]).toEqual([NO_LABEL, 0, 1, NO_LABEL, 2, NO_LABEL]);
    expect(data.words[0]).toEqual({
      sentence: 0,
      words: Int32Array.of(0, 1, 3, 4),
      gold: Int32Array.of(0, 1, 3, 2),
      positions: Int32Array.of(1, 2, WITHOUT_PIECE, 4),
    });
    expect(data.words.map((words) => words.sentence)).toEqual([0, 2]);
    expect(data).toMatchObject({ cutSentences: 0, cutWords: 0, wordsWithoutPieces: 2 });
  });

  it('are cut where the model ends, and keep the gold labels of the words cut off', () => {
    const data = taggingData(sentences, labels, tokenizer, { maxLength: 5, file });
    expect(Array.from(data.examples[1].ids, tokenizer.piece)).toEqual([
      '[CLS]',
      'milo',
      '##sa',
      'milo',
      '[SEP]',
    ]);
    expect([...data.examples[1].labels]).toEqual([NO_LABEL, 2, NO_LABEL, 1, NO_LABEL]);
    expect([...data.words[1].gold]).toEqual([2, 1, 3, 0]);
    expect([...data.words[1].positions]).toEqual([1, 3, WITHOUT_PIECE, CUT_OFF]);
    expect(data).toMatchObject({ cutSentences: 2, cutWords: 2, wordsWithoutPieces: 2 });
  });

  it('with a label that training lacks are refused, with its line', () => {
    expect(() => taggingData(sentences, ['DET', 'NOUN'], tokenizer, { maxLength: 100, file })).toThrow(
      /^a\.conllu:4: The label "X" does not occur in the training data, whose labels are: DET, NOUN\./,
    );
  });

  it('are any column of a treebank that is filled', () => {
    const treebank = parseConllu(new TextEncoder().encode('1\tba\t_\tX\t_\t_\t0\troot\t_\t_'), file);
    expect(tagsOfTreebank(treebank, 'deprel', file)).toEqual([sentence(1, ['ba', 'root'])]);
    expect(() => tagsOfTreebank(treebank, 'xpos', file)).toThrow(/column xpos/);
  });
});
