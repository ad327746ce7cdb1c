import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { expectDamagedReadOrUserError, temporaryFolder } from '../../test/support/files.ts';
import { fuzzTimeout } from '../../test/support/mutate.ts';
import { encoderShapes } from './encoderShapes.ts';
import { readModelConfig } from './modelConfig.ts';

const good = {
  model_type: 'bert',
  vocab_size: 120,
  hidden_size: 32,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  intermediate_size: 64,
  max_position_embeddings: 48,
};

it('refuses a number of layers that no model has before anything is made of it', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ ...good, num_hidden_layers: 22_222_222 }));
  expect(() => readModelConfig(folder)).toThrow(
    'num_hidden_layers is 22222222, and no model has more than 1000',
  );
});

it('refuses a padding id that the embeddings do not have', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ ...good, pad_token_id: 120 }));
  expect(() => readModelConfig(folder)).toThrow('pad_token_id 120 is not one of its 120 ids');
});

it(
  'is read or refused in plain words, however it is damaged',
  () =>
    expectDamagedReadOrUserError(
      Buffer.from(JSON.stringify(good, null, 2)),
      'config.json',
      (bytes) => bytes,
      async (path) => encoderShapes(readModelConfig(dirname(path))),
    ),
  fuzzTimeout(60_000),
);
