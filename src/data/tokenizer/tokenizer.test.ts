import { describe, expect, it } from 'vitest';

import { inventedBert, inventedUnigram } from '../../../test/support/inventedTokenizers.ts';
import { bertDescription } from './bertDescription.ts';
import { makeTokenizer, type Tokenizer } from './tokenizer.ts';

const pieces = (tokenizer: Tokenizer, ids: Int32Array): string => Array.from(ids, tokenizer.piece).join(' ');
const text = (tokenizer: Tokenizer, given: string): string => pieces(tokenizer, tokenizer.encodeText(given));

const make =
  (...words: string[]) =>
  () =>
    makeTokenizer(bertDescription(words, {}), {}, 'vocab.txt');

describe('a BERT-like tokenizer', () => {
  it('puts special pieces around a text and knows whose word each piece is', () => {
    const tokenizer = inventedBert(['milo', '##sa', 'nu']);
    const { ids, wordIds, cut } = tokenizer.encodeWords(['milosa', '', 'nu!']);
    expect(pieces(tokenizer, ids)).toBe('[CLS] milo ##sa nu ! [SEP]');
    expect([...wordIds]).toEqual([-1, 0, 0, 2, 2, -1]);
    expect(cut).toBe(false);
  });

  it('cuts what does not fit, and keeps the last special piece', () => {
    const tokenizer = inventedBert(['milo', '##sa', 'nu']);
    const { ids, wordIds, cut } = tokenizer.encodeWords(['nu', 'milosa', 'nu'], 4);
    expect(pieces(tokenizer, ids)).toBe('[CLS] nu milo [SEP]');
    expect([...wordIds]).toEqual([-1, 0, 1, -1]);
    expect(cut).toBe(true);
    expect(tokenizer.encodeText('nu nu nu nu', 5)).toHaveLength(5);
    expect(() => tokenizer.encodeText('nu', 2)).toThrow(/leave no room/);
  });

  it('lower-cases as its vocabulary wants it, unless its options say otherwise', () => {
    expect(text(inventedBert(['milo']), 'Milo')).toBe('[CLS] milo [SEP]');
    expect(text(inventedBert(['milo', 'Nu']), 'Milo Nu')).toBe('[CLS] [UNK] Nu [SEP]');
    expect(text(inventedBert(['milo', 'Nu'], { do_lower_case: true }), 'Milo Nu')).toBe(
      '[CLS] milo n ##u [SEP]',
    );
    const accented = inventedBert(['café'], { do_lower_case: true, strip_accents: false });
    expect(text(accented, 'Café')).toBe('[CLS] café [SEP]');
  });

  it('treats a sigma alike wherever it stands, and ideographs beyond the first plane as words', () => {
    expect(text(inventedBert(['οδοσ']), 'ΟΔΟΣ')).toBe('[CLS] οδοσ [SEP]');
    expect(text(inventedBert(['𠀀', 'a']), 'a𠀀a')).toBe('[CLS] a 𠀀 a [SEP]');
  });

  it('knows special pieces that stand in a text, and never masks its own', () => {
    const tokenizer = inventedBert();
    const { special, specialIds } = tokenizer;
    expect(text(tokenizer, 'a[MASK]b')).toBe('[CLS] a [MASK] b [SEP]');
    expect(specialIds).toEqual(new Set([special.cls, special.sep, special.pad]));
  });

  it('gives the same ids for a text as for its words', () => {
    const tokenizer = inventedBert(['nu']);
    expect(tokenizer.encodeText(' nu\tba  nu. ')).toEqual(tokenizer.encodeWords(['nu', 'ba', 'nu.']).ids);
  });

  it('needs its special pieces', () => {
    expect(make('[UNK]', '[CLS]', '[SEP]', '[PAD]', 'a')).toThrow(
      /^vocab\.txt: The vocabulary has no mask piece/,
    );
    expect(make('a', 'b')).toThrow(/^vocab\.txt: The tokenizer cannot be used/);
  });
});

describe('an XLM-R-like tokenizer', () => {
  const vocabulary = { '▁milo': -2, '▁mi': -4, lo: -4, sa: -4, '▁nu': -2, '▁a': -3 };
  const build = (steps: Parameters<typeof inventedUnigram>[1]): Tokenizer =>
    makeTokenizer(inventedUnigram(vocabulary, steps), {}, 'tokenizer.json');

  it('takes the most probable pieces, each word with a blank before it', () => {
    const tokenizer = build({});
    expect(text(tokenizer, ' milosa  nu')).toBe('<s> ▁milo sa ▁nu </s>');
    const { ids, wordIds } = tokenizer.encodeWords(['milo', 'nu!']);
    expect(pieces(tokenizer, ids)).toBe('<s> ▁milo ▁nu ! </s>');
    expect([...wordIds]).toEqual([-1, 0, 1, 1, -1]);
  });

  it('makes one unknown piece of neighbouring unknown characters', () => {
    expect(text(build({}), 'aɛɔ𐐷a ɛ')).toBe('<s> ▁a <unk> a ▁ <unk> </s>');
  });

  it('gives the same pieces when Metaspace alone splits the words', () => {
    const collapse = { type: 'Replace', pattern: { Regex: ' {2,}' }, content: ' ' };
    const tokenizer = build({
      normalizer: { type: 'Sequence', normalizers: [{ type: 'NFKC' }, collapse] },
      pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true },
    });
    expect(text(tokenizer, 'milosa nu')).toBe('<s> ▁milo sa ▁nu </s>');
    expect(text(tokenizer, 'nu  ￣nu ')).toBe(text(tokenizer, 'nu ￣nu '));
    expect(text(tokenizer, 'nu <mask>nu')).toBe('<s> ▁nu <mask> ▁nu </s>');
  });

  it('refuses a description that makes no sense', () => {
    expect(() => build({ normalizer: { type: 'Invented' } })).toThrow(/^tokenizer\.json: .*Invented/);
    expect(() => build({ normalizer: { type: 'Precompiled', precompiled_charsmap: 'AAAA' } })).toThrow(
      /charsmap/,
    );
  });
});
