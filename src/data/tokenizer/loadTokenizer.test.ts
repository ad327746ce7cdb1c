import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { inventedUnigram } from '../../../test/support/inventedTokenizers.ts';
import { firstPieces, piece, sentencePieceFile } from '../../../test/support/sentencePieceFile.ts';
import { loadTokenizer } from './loadTokenizer.ts';

describe('the tokenizer of a model folder', () => {
  let root = '';
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'sft-tokenizer-'));
  });
  afterAll(() => rm(root, { recursive: true }));

  const folder = async (name: string, files: Record<string, string | Uint8Array>): Promise<string> => {
    const path = join(root, name);
    await mkdir(path);
    for (const [file, content] of Object.entries(files)) await writeFile(join(path, file), content);
    return path;
  };
  const vocabulary = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'café', 'Café', 'cafe'].join('\r\n');

  it('is made of vocab.txt and tokenizer_config.json', async () => {
    const cased = await loadTokenizer(await folder('cased', { 'vocab.txt': vocabulary }));
    expect([...cased.encodeText('Café')]).toEqual([2, 6, 3]);
    const config = JSON.stringify({
      do_lower_case: true,
      strip_accents: false,
      mask_token: { content: 'cafe' },
    });
    const files = { 'vocab.txt': vocabulary, 'tokenizer_config.json': config };
    const uncased = await loadTokenizer(await folder('uncased', files));
    expect([...uncased.encodeText('Café')]).toEqual([2, 5, 3]);
    expect(uncased.special.mask).toBe(7);
    expect(uncased.vocabSize).toBe(8);
  });

  it('is made of tokenizer.json where there is one', async () => {
    const json = JSON.stringify(inventedUnigram({ '▁nu': -1 }, {}));
    const tokenizer = await loadTokenizer(await folder('json', { 'vocab.txt': 'a', 'tokenizer.json': json }));
    expect(Array.from(tokenizer.encodeText('nu'), tokenizer.piece)).toEqual(['<s>', '▁nu', '</s>']);
  });

  it('is made of a SentencePiece model where there is nothing else', async () => {
    const model = sentencePieceFile({
      pieces: [...firstPieces, piece('▁nu', -1)],
      type: 'unigram',
      byteFallback: false,
      charsmap: new Uint8Array(),
    });
    const tokenizer = await loadTokenizer(await folder('sp', { 'sentencepiece.bpe.model': model }));
    expect([...tokenizer.encodeText('nu nu')]).toEqual([0, 4, 4, 2]);
  });

  it.each([
    ['nothing', {}, /neither tokenizer\.json nor vocab\.txt nor sentencepiece\.bpe\.model\./],
    [
      'an empty model',
      { 'sentencepiece.bpe.model': '' },
      /no whole SentencePiece model \(it has no pieces\)/,
    ],
    ['broken JSON', { 'tokenizer.json': '{' }, /tokenizer\.json: The tokenizer cannot be used/],
    ['an array', { 'tokenizer.json': '[]' }, /it is not a JSON object/],
    ['no model', { 'tokenizer.json': '{}' }, /it has no model/],
    ['a model of nothing', { 'tokenizer.json': '{"model":{}}' }, /The tokenizer cannot be used/],
  ])('is refused in plain words if the folder holds %s', async (name, files, message) => {
    await expect(loadTokenizer(await folder(name.replaceAll(' ', '-'), files))).rejects.toThrow(message);
  });
});
