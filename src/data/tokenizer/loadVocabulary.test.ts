import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../../test/support/files.ts';
import { writeTinyBase } from '../../../test/support/tinyWorkspace.ts';
import { loadTokenizer } from './loadTokenizer.ts';
import { loadVocabulary } from './loadVocabulary.ts';

const miniLm = join(resolve(process.env.SFT_SHARED ?? '../shared'), 'models/all-MiniLM-L6-v2');

async function agree(folder: string): Promise<void> {
  const { vocabSize, piece } = await loadTokenizer(folder);
  const pieces = await loadVocabulary(folder);
  expect(pieces).toEqual(Array.from({ length: vocabSize }, (_, id) => piece(id)));
}

describe('the pieces of a vocabulary', () => {
  test('are those of the tokenizer: of vocab.txt', async () => {
    const folder = join(temporaryFolder(), 'base');
    await writeTinyBase(folder, 1);
    await agree(folder);
  });

  test.skipIf(!existsSync(miniLm))('are those of the tokenizer: of a real tokenizer.json', () =>
    agree(miniLm),
  );

  test.each([
    [
      'a unigram model',
      {
        type: 'Unigram',
        vocab: [
          ['<s>', 0],
          ['▁a', -1],
        ],
      },
    ],
    ['a table', { type: 'WordPiece', vocab: { '▁a': 1, '<s>': 0 } }],
  ])('are those of %s, with what was added to it', async (_, model) => {
    const folder = temporaryFolder();
    const text = JSON.stringify({ model, added_tokens: [{ content: '<mask>', id: 3 }] });
    writeFileSync(join(folder, 'tokenizer.json'), text);
    expect(await loadVocabulary(folder)).toEqual(['<s>', '▁a', '', '<mask>']);
  });

  test.each([{}, { vocab: 5 }, { vocab: { a: -1 } }, { vocab: { a: 1e12 } }, { vocab: [[1, 'a']] }])(
    'are missed in a sentence: %j',
    async (model) => {
      const folder = temporaryFolder();
      writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify({ model }));
      await expect(loadVocabulary(folder)).rejects.toMatchObject({ code: 'data-tokenizer-broken' });
    },
  );
});
