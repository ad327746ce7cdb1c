import { describe, expect, it } from 'vitest';

import { inventedBert } from '../../test/support/inventedTokenizers.ts';
import { languageExamples } from './language.ts';

const tokenizer = inventedBert(['milo', '##sa', 'nu']);
const file = 'a.txt';
const pieces = (ids: Int32Array): string => Array.from(ids, tokenizer.piece).join(' ');

describe('raw text for masked-language modelling', () => {
  it('is joined and cut into full blocks', () => {
    const examples = languageExamples(['milosa nu', 'nu', 'nu nu'], tokenizer, { blockSize: 5, file });
    expect(examples.map(({ ids }) => pieces(ids))).toEqual([
      '[CLS] milo ##sa nu [SEP]',
      '[CLS] nu [SEP] [CLS] nu',
    ]);
    expect(examples.every(({ labels }) => labels.every((label) => label === -100))).toBe(true);
  });

  it('is joined by the thousand lines, of which each leaves a rest', () => {
    const lines = Array.from({ length: 2001 }, () => 'nu');
    const blocks = (blockSize: number): number =>
      languageExamples(lines, tokenizer, { blockSize, file }).length;
    expect(blocks(3)).toBe(2001);
    expect(blocks(1001)).toBe(4);
  });

  it('may be one example a line', () => {
    const examples = languageExamples(['milosa nu nu', 'nu', '\u200b'], tokenizer, {
      blockSize: 5,
      whole: 'lines',
      file,
    });
    expect(examples.map(({ ids }) => pieces(ids))).toEqual(['[CLS] milo ##sa nu [SEP]', '[CLS] nu [SEP]']);
  });

  it('that is too small is refused, with its size', () => {
    expect(() => languageExamples(['nu', 'milosa'], tokenizer, { blockSize: 8, file })).toThrow(
      /^a\.txt: The text is too small: its 2 lines are 7 word pieces, which do not fill one block of 8\./,
    );
    expect(() => languageExamples(['nu'], tokenizer, { blockSize: 2, file })).toThrow(/at least 3/);
  });
});
