import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectDamagedReadOrUserError, temporaryFolder } from '../../../test/support/files.ts';
import { fuzzTimeout } from '../../../test/support/mutate.ts';
import { loadTokenizer } from './loadTokenizer.ts';

const specials = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];
const pieces = [...specials, 'ba', '##ba', 'li', '##li', '.'];
const description = {
  version: '1.0',
  added_tokens: specials.map((content, id) => ({ id, content, special: true })),
  normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, lowercase: false },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  post_processor: {
    type: 'TemplateProcessing',
    single: [
      { SpecialToken: { id: '[CLS]', type_id: 0 } },
      { Sequence: { id: 'A', type_id: 0 } },
      { SpecialToken: { id: '[SEP]', type_id: 0 } },
    ],
    pair: [],
    special_tokens: {
      '[CLS]': { id: '[CLS]', ids: [2], tokens: ['[CLS]'] },
      '[SEP]': { id: '[SEP]', ids: [3], tokens: ['[SEP]'] },
    },
  },
  decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
  model: {
    type: 'WordPiece',
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
    vocab: Object.fromEntries(pieces.map((piece, id) => [piece, id])),
  },
};

async function reads(path: string): Promise<void> {
  const { encodeText, vocabSize } = await loadTokenizer(dirname(path));
  for (const id of encodeText('bali ba.')) {
    if (!Number.isInteger(id) || id < 0 || id >= vocabSize) throw new Error(`The id ${id} is none.`);
  }
}

describe('the files of a tokenizer', () => {
  it.each([-3, 1.5, null, 99_999_999_999, '7'])('refuses the id %j of a piece', async (id) => {
    const folder = temporaryFolder();
    const vocab = { ...description.model.vocab, li: id };
    const text = JSON.stringify({ ...description, model: { ...description.model, vocab } });
    writeFileSync(join(folder, 'tokenizer.json'), text);
    await expect(loadTokenizer(folder)).rejects.toThrow(`the id of "li" is ${JSON.stringify(id)}`);
  });

  it.each([
    ['tokenizer.json', JSON.stringify(description)],
    ['vocab.txt', pieces.join('\n')],
  ])(
    '%s is read or refused in plain words, however it is damaged',
    (name, good) => expectDamagedReadOrUserError(Buffer.from(good), name, (bytes) => bytes, reads),
    fuzzTimeout(120_000),
  );
});
