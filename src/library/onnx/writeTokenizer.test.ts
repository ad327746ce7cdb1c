import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { refused, temporaryFolder } from '../../../test/support/files.ts';
import { firstPieces, piece, sentencePieceFile } from '../../../test/support/sentencePieceFile.ts';
import { tinyBertJson, writeConfig } from '../../../test/support/tinyModel.ts';
import type { Description, TokenizerConfig } from '../../data/tokenizer/description.ts';
import { makePieces } from '../../data/tokenizer/library.ts';
import { loadTokenizer } from '../../data/tokenizer/loadTokenizer.ts';
import { readModelConfig } from '../../formats/modelFolder.ts';
import { writeTokenizer } from './writeTokenizer.ts';

const vocabulary = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'café', 'Café', 'cafe', '##s', '!'];
const sentencePieces = sentencePieceFile({
  pieces: [...firstPieces, piece('▁nu', -1), piece('nu', -2), piece('▁', -3)],
  type: 'unigram',
  byteFallback: false,
  charsmap: new Uint8Array(),
});
const marks = {
  cls_token: '[CLS]',
  sep_token: '[SEP]',
  pad_token: '[PAD]',
  mask_token: '[MASK]',
  unk_token: '[UNK]',
};

/** Exports the tokenizer of a folder with these files, and reads what was written. */
async function exported(files: Readonly<Record<string, string | Uint8Array>>, config: object = tinyBertJson) {
  const from = writeConfig(join(temporaryFolder(), 'from'), { ...config, max_position_embeddings: 40 });
  const to = join(from, 'to');
  mkdirSync(to);
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(from, name), content);
    writeFileSync(join(to, name), content);
  }
  await writeTokenizer(from, to, readModelConfig(from));
  const read = (name: string) => JSON.parse(readFileSync(join(to, name), 'utf8')) as object;
  return {
    from,
    to,
    whole: read('tokenizer.json') as Description & Record<string, unknown>,
    config: read('tokenizer_config.json') as TokenizerConfig,
  };
}

/** Whether the library of transformers.js makes of what was written the same pieces as we do of what there was. */
async function expectSamePieces(
  { from, whole, config }: Awaited<ReturnType<typeof exported>>,
  texts: string[],
) {
  const ours = await loadTokenizer(from);
  const theirs = makePieces(whole, config);
  for (const text of texts)
    expect(theirs.encode(text, { add_special_tokens: true }).ids).toEqual([...ours.encodeText(text)]);
}

describe('a tokenizer, for software that takes nothing for granted', () => {
  it('is made of a vocabulary, with options, special pieces and class', async () => {
    const made = await exported({
      'vocab.txt': vocabulary.join('\n'),
      'tokenizer_config.json': JSON.stringify({ do_lower_case: false, model_max_length: 1e30 }),
    });
    expect(made.config).toEqual({
      ...marks,
      do_lower_case: false,
      strip_accents: null,
      tokenize_chinese_chars: true,
      tokenizer_class: 'BertTokenizer',
      model_max_length: 40,
    });
    await expectSamePieces(made, ['Café', 'café Cafés!', '']);
  });

  it('is made of a SentencePiece model', async () => {
    const json = { ...tinyBertJson, model_type: 'xlm-roberta', type_vocab_size: 1 };
    const made = await exported({ 'sentencepiece.bpe.model': sentencePieces }, json);
    expect(made.config).toMatchObject({
      tokenizer_class: 'XLMRobertaTokenizer',
      pad_token: '<pad>',
      mask_token: '<mask>',
      sep_token: '</s>',
      // Numbers of positions begin behind that of the padding.
      model_max_length: 38,
    });
    await expectSamePieces(made, ['nu nu', 'nunu']);
  });

  it.each([[{ 'vocab.txt': vocabulary.join('\n') }], [{ 'sentencepiece.bpe.model': sentencePieces }]])(
    'says all that the library of Python wants to be said',
    async (files) => {
      const { whole } = await exported(files);
      for (const token of whole.added_tokens)
        expect(Object.keys(token).sort()).toEqual([
          'content',
          'id',
          'lstrip',
          'normalized',
          'rstrip',
          'single_word',
          'special',
        ]);
      const { single, special_tokens: named } = whole.post_processor as unknown as {
        single: { SpecialToken?: { id: string } }[];
        special_tokens: Record<string, { id: string; ids: number[]; tokens: string[] }>;
      };
      const used = single.flatMap(({ SpecialToken: token }) => token?.id ?? []);
      expect(used).toHaveLength(2);
      const idOf = new Map(whole.added_tokens.map(({ content, id }) => [content, id]));
      for (const id of used) expect(named[id]).toEqual({ id, ids: [idOf.get(id)], tokens: [id] });
      expect(whole.decoder).not.toBeNull();
    },
  );

  it('stays as it is where it says everything', async () => {
    const { whole } = await exported({ 'vocab.txt': vocabulary.join('\n') });
    const json = JSON.stringify({ ...whole, truncation: { max_length: 12 } });
    const settings = { ...marks, tokenizer_class: 'ElectraTokenizer', model_max_length: 30, other: [1] };
    const made = await exported({
      'tokenizer.json': json,
      'tokenizer_config.json': JSON.stringify(settings),
    });
    expect(readFileSync(join(made.to, 'tokenizer.json'), 'utf8')).toBe(json);
    expect(made.config).toMatchObject(settings);
  });

  it('takes in the options beside it, which win, and a class that tells segments', async () => {
    const cased = await exported({ 'vocab.txt': vocabulary.join('\n') });
    expect(cased.whole.normalizer).toMatchObject({ lowercase: false });
    const made = await exported({
      'tokenizer.json': JSON.stringify(cased.whole),
      'tokenizer_config.json': JSON.stringify({
        do_lower_case: true,
        strip_accents: true,
        tokenizer_class: 'PreTrainedTokenizerFast',
        mask_token: { content: '[MASK]', lstrip: false },
      }),
    });
    expect(made.whole.normalizer).toMatchObject({ lowercase: true, strip_accents: true });
    expect(made.config).toMatchObject({ tokenizer_class: 'BertTokenizer', mask_token: '[MASK]' });
    await expectSamePieces(made, ['Café']);
  });

  it('names the file of the base where it cannot be used', async () => {
    const from = writeConfig(temporaryFolder(), tinyBertJson);
    writeFileSync(join(from, 'tokenizer.json'), '{');
    const to = join(from, 'to');
    mkdirSync(to);
    const error = await refused('data-tokenizer-broken', () =>
      writeTokenizer(from, to, readModelConfig(from)),
    );
    expect(error.place?.file).toBe(join(from, 'tokenizer.json'));
  });
});
