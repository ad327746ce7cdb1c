import { describe, expect, it } from 'vitest';
import { expectReadOrUserError } from '../../../test/support/readOrUserError.ts';
import { firstPieces as first, piece, sentencePieceFile } from '../../../test/support/sentencePieceFile.ts';
import { parseSentencePiece, type SentencePieceModel } from '../../formats/sentencePiece.ts';
import { sentencePieceDescription } from './sentencePieceDescription.ts';
import { makeTokenizer, type Tokenizer } from './tokenizer.ts';

const file = 'sentencepiece.bpe.model';
const words = [piece('▁', -3), piece('▁nu', -1.5), piece('mi', -4), piece('lo', -4), piece('▁milo', -9)];
const model = (changes: Partial<SentencePieceModel> = {}): SentencePieceModel => ({
  pieces: [...first, ...words],
  type: 'unigram',
  byteFallback: false,
  charsmap: new Uint8Array(),
  ...changes,
});

const read = (bytes: Uint8Array): Tokenizer =>
  makeTokenizer(sentencePieceDescription(parseSentencePiece(bytes, file), file), {}, file);
const tokenizer = (changes: Partial<SentencePieceModel> = {}): Tokenizer =>
  read(sentencePieceFile(model(changes)));
const pieces = (made: Tokenizer, text: string): string =>
  Array.from(made.encodeText(text), made.piece).join(' ');

describe('a SentencePiece model of an XLM-RoBERTa', () => {
  it('has the ids of fairseq: each one more than in the file, special ones around, the mask last', () => {
    const made = tokenizer();
    expect(made.vocabSize).toBe(first.length + words.length + 2);
    expect(made.special).toEqual({ cls: 0, sep: 2, pad: 1, mask: 9, unk: 3 });
    expect([...made.encodeText(' nu  milo\tnu ')]).toEqual([0, 5, 8, 5, 2]);
    expect([...made.encodeText('nu q<mask>')]).toEqual([0, 5, 4, 3, 9, 2]);
    expect([...made.encodePair('nu', 'milo').ids]).toEqual([0, 5, 2, 2, 8, 2]);
    expect(made.specialCount).toBe(2);
  });

  it('finds the likeliest pieces by its scores', () => {
    expect(pieces(tokenizer(), 'milo')).toBe('<s> ▁milo </s>');
    const unlikely = words.map((one) => (one.piece === '▁milo' ? { ...one, score: -12 } : one));
    expect(pieces(tokenizer({ pieces: [...first, ...unlikely] }), 'milo')).toBe('<s> ▁ mi lo </s>');
  });

  it('takes pieces that its user defined as they stand in the text', () => {
    const made = tokenizer({ pieces: [...first, ...words, piece('<url>', 0, 'user-defined')] });
    expect(pieces(made, 'nu <url>')).toBe('<s> ▁nu <url> </s>');
    expect(made.special.mask).toBe(10);
  });

  it('writes letters that no piece has in bytes where it says so and has them all', () => {
    const bytes = ['<0xC9>', '<0x9B>'].map((one) => piece(one, -20, 'byte'));
    const made = tokenizer({ byteFallback: true, pieces: [...first, ...words, ...bytes] });
    expect(pieces(made, 'nuɛ nuq')).toBe('<s> ▁nu <0xC9> <0x9B> ▁nu <unk> </s>');
    expect(pieces(tokenizer({ pieces: [...first, ...words, ...bytes] }), 'nuɛ')).toBe('<s> ▁nu <unk> </s>');
  });

  it('that is damaged is refused or tokenizes, and nothing else happens', () => {
    expectReadOrUserError(sentencePieceFile(model()), (bytes) => read(bytes).encodeText('nu milo q'));
  });

  it.each([
    [{ type: 'bpe' as const }, /of the type bpe, and only unigram models are read/],
    [{ pieces: words }, /does not begin with <unk>, <s>, <\/s>/],
    [{ pieces: [...first, ...words, piece('<pad>')] }, /has the piece <pad>, which is added/],
    [{ charsmap: Uint8Array.of(1, 2, 3) }, /charsmap is broken/],
  ])('of another kind is refused: %o', (changes, message) => {
    expect(() => tokenizer(changes)).toThrow(message);
  });
});
