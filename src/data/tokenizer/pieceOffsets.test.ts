import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { inventedBert, inventedUnigram } from '../../../test/support/inventedTokenizers.ts';
import { makeTokenizer, type Tokenizer } from './tokenizer.ts';

const bert = inventedBert(['milo', '##sa', 'nu']);
const unigram = makeTokenizer(
  inventedUnigram({ '▁milo': -1, sa: -1 }, { normalizer: { type: 'NFKC' } }),
  {},
  'tokenizer.json',
);

/** Characters of any sort, more of the Latin and combining ones than of others; no lone surrogates. */
const anyText = fc
  .array(fc.oneof(fc.nat(0x36f), fc.nat(0xffff), fc.nat(0x10ffff)), { maxLength: 20 })
  .map((points) => String.fromCodePoint(...points.filter((point) => point < 0xd800 || point > 0xdfff)));

const read = (tokenizer: Tokenizer, text: string): [string, string][] => {
  const { ids, starts, ends } = tokenizer.encodeOffsets(text);
  return Array.from(ids, (id, i) => [tokenizer.piece(id), text.slice(starts[i], ends[i])]);
};

describe('characters of pieces', () => {
  it('are those of the text as it was written', () => {
    expect(read(bert, ' MILOSA\u3000Nu\u0301, a')).toEqual([
      ['milo', 'MILO'],
      ['##sa', 'SA'],
      ['nu', 'Nu'],
      [',', ','],
      ['a', 'a'],
    ]);
    expect(read(unigram, 'milosa ﬁt')).toEqual([
      ['▁milo', 'milo'],
      ['sa', 'sa'],
      ['▁', ''],
      ['f', 'ﬁ'],
      ['i', 'ﬁ'],
      ['t', 't'],
    ]);
  });

  it('of an unknown piece reach to the end of its pre-token', () => {
    expect(read(bert, 'a¿λλ,nu👍🏽')).toEqual([
      ['a', 'a'],
      ['[UNK]', '¿'],
      ['[UNK]', 'λλ'],
      [',', ','],
      ['[UNK]', 'nu👍🏽'],
    ]);
    expect(read(unigram, 'aλλsa')).toEqual([
      ['▁', ''],
      ['a', 'a'],
      ['<unk>', 'λλ'],
      ['sa', 'sa'],
    ]);
  });

  it('of special pieces that the text writes out are their own', () => {
    expect(read(bert, 'A[SEP]b [UNK]λ')).toEqual([
      ['a', 'A'],
      ['[SEP]', '[SEP]'],
      ['b', 'b'],
      ['[UNK]', '[UNK]'],
      ['[UNK]', 'λ'],
    ]);
  });

  it('lie in the text, ascending, and belong to the pieces of the whole text', () => {
    for (const tokenizer of [bert, unigram]) {
      fc.assert(
        fc.property(anyText, (text) => {
          const { ids, starts, ends } = tokenizer.encodeOffsets(text);
          for (let i = 0; i < ids.length; i++) {
            expect(starts[i]).toBeLessThanOrEqual(ends[i]);
            expect(ends[i]).toBeLessThanOrEqual(text.length);
            if (i > 0) expect(starts[i]).toBeGreaterThanOrEqual(starts[i - 1]);
          }
          if (tokenizer === bert) expect([...ids]).toEqual([...tokenizer.encodeText(text)].slice(1, -1));
        }),
      );
    }
  });
});
