import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectReadOrUserError } from '../../test/support/readOrUserError.ts';
import { piece, sentencePieceFile } from '../../test/support/sentencePieceFile.ts';
import { parseSentencePiece, type SentencePieceModel } from './sentencePiece.ts';

const file = 'sentencepiece.bpe.model';
const small: SentencePieceModel = {
  pieces: [piece('<unk>', 0, 'unknown'), piece('<s>', 0, 'control'), piece('▁nu', -1.5), piece('a', -2)],
  type: 'unigram',
  byteFallback: true,
  charsmap: Uint8Array.of(4, 0, 0, 0, 0, 0, 0, 0),
};

describe('a SentencePiece model', () => {
  it('is read as it was written', () => {
    const models = fc.record({
      pieces: fc.uniqueArray(
        fc.record({
          piece: fc.string({ minLength: 1, unit: 'binary' }),
          score: fc.float({ noNaN: true, noDefaultInfinity: true }),
          kind: fc.constantFrom('normal', 'unknown', 'control', 'user-defined', 'unused', 'byte'),
        }),
        { minLength: 1, maxLength: 12, selector: ({ piece: text }) => text },
      ),
      type: fc.constantFrom('unigram', 'bpe', 'word', 'char'),
      byteFallback: fc.boolean(),
      charsmap: fc.uint8Array({ maxLength: 400 }),
    }) as fc.Arbitrary<SentencePieceModel>;
    fc.assert(
      fc.property(models, (model) => {
        expect(parseSentencePiece(sentencePieceFile(model), file)).toEqual(model);
      }),
    );
  });

  it('that is damaged is refused or read, and nothing else happens', () => {
    expectReadOrUserError(sentencePieceFile(small), (bytes) => parseSentencePiece(bytes, file));
  });

  it.each([
    ['of nothing', new Uint8Array(), /it has no pieces/],
    ['that is cut off', sentencePieceFile(small).subarray(0, 12), /reaches beyond its end/],
    ['with a length beyond all numbers', Uint8Array.of(0x0a, ...Array(9).fill(0xff), 1), /beyond its end/],
    ['with an endless number', Uint8Array.of(0x20, ...Array(12).fill(0xff)), /beyond its end/],
    ['with a piece twice', sentencePieceFile({ ...small, pieces: [piece('a'), piece('a')] }), /"a" is there/],
    ['with an empty piece', sentencePieceFile({ ...small, pieces: [piece('')] }), /a piece is empty/],
    ['with a score of NaN', sentencePieceFile({ ...small, pieces: [piece('a', NaN)] }), /not finite/],
    ['that is text', Buffer.from('version https://git-lfs.github.com/spec/v1\n'), /SentencePiece model/],
  ])('%s is refused in plain words', (_what, bytes, message) => {
    expect(() => parseSentencePiece(bytes, file)).toThrow(message);
    expect(() => parseSentencePiece(bytes, file)).toThrow(/^sentencepiece\.bpe\.model: The tokenizer cannot/);
  });
});
