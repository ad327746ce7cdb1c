import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/files.ts';
import { writeTinyBase } from '../../test/support/tinyWorkspace.ts';
import { loadBaseFrame } from './base.ts';

it('a model with one kind of segment joins two texts without marking them', async () => {
  const [two, one] = [temporaryFolder(), temporaryFolder()];
  await writeTinyBase(two, 1);
  await writeTinyBase(one, 1, { type_vocab_size: 1 });
  const [marked, plain] = await Promise.all([loadBaseFrame(two), loadBaseFrame(one)]);
  const pair = marked.tokenizer.encodePair('ba be', 'bi bo');
  expect(new Set(pair.types)).toEqual(new Set([0, 1]));
  expect(plain.tokenizer.encodePair('ba be', 'bi bo')).toEqual({ ids: pair.ids, cut: false });
  const joined = marked.tokenizer.pairSurroundings().join([5], [6, 7]);
  expect(joined.types).toBeDefined();
  expect(plain.tokenizer.pairSurroundings().join([5], [6, 7])).toEqual({ ids: joined.ids });
});
