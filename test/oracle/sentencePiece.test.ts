import { existsSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadTokenizer } from '../../src/data/tokenizer/loadTokenizer.ts';
import { makeTokenizer } from '../../src/data/tokenizer/tokenizer.ts';
import { loadLines } from '../../src/formats/lines.ts';
import { temporaryFolder } from '../support/files.ts';
import { shared } from '../support/oracle.ts';
import { firstPieces, piece, sentencePieceFile } from '../support/sentencePieceFile.ts';
import { hasXlmRoberta, nmtNfkc, xlmRobertaDescription, xlmRobertaPieces } from '../support/xlmRoberta.ts';

const NAME = 'sentencepiece.bpe.model';
const fixture = join(shared, 'tokenizers/hf-fixtures/test_sentencepiece.model');
const texts = join(shared, 'data/text');

/** Numbers of test_full_tokenizer of XLMRobertaTokenizationTest, which adds the offset of 1. */
const shifted = (ids: readonly number[]) => [0, ...ids.map((id) => id + 1), 2];

it.skipIf(!existsSync(fixture))(
  'the SentencePiece model of the tests of transformers has their ids',
  async () => {
    const folder = temporaryFolder();
    symlinkSync(fixture, join(folder, NAME));
    const tokenizer = await loadTokenizer(folder);
    expect(tokenizer.vocabSize).toBe(1002);
    expect(tokenizer.special).toEqual({ cls: 0, sep: 2, pad: 1, mask: 1001, unk: 3 });
    expect([...tokenizer.encodeText('This is a test')]).toEqual(shifted([285, 46, 10, 170, 382]));
    expect([...tokenizer.encodeText('I was born in 92000, and this is falsé.')]).toEqual(
      shifted([8, 21, 84, 55, 24, 19, 7, 2, 602, 347, 347, 347, 3, 12, 66, 46, 72, 80, 6, 2, 4]),
    );
  },
);

it.skipIf(!hasXlmRoberta || !existsSync(texts))(
  "XLM-RoBERTa's vocabulary as a SentencePiece model has the ids of tokenizer.json on text of ten languages",
  { timeout: 120_000 },
  async () => {
    const folder = temporaryFolder();
    const model = sentencePieceFile({
      pieces: [...firstPieces, ...xlmRobertaPieces().map(([text, score]) => piece(text, score))],
      type: 'unigram',
      byteFallback: false,
      charsmap: Buffer.from(nmtNfkc(), 'base64'),
    });
    writeFileSync(join(folder, NAME), model);
    const ours = await loadTokenizer(folder);
    const theirs = makeTokenizer(xlmRobertaDescription(), {}, 'tokenizer.json');
    expect(ours.vocabSize).toBe(250_002);
    expect([...ours.encodeText('Hello world <mask>')]).toEqual([0, 35_378, 8_999, 250_001, 2]);
    let pieces = 0;
    for (const file of readdirSync(texts)) {
      for (const line of await loadLines(join(texts, file))) {
        const ids = ours.encodeText(line);
        pieces += ids.length;
        expect(ids, `${file}: ${line}`).toEqual(theirs.encodeText(line));
      }
    }
    expect(pieces).toBeGreaterThan(200_000);
  },
);
