import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { refused, temporaryFolder } from '../../test/support/files.ts';
import { hasShared, shared } from '../../test/support/oracle.ts';
import {
  randomParameters,
  tinyBertJson,
  writeConfig,
  writeModel,
  writeTinyBert,
} from '../../test/support/tinyModel.ts';
import type { Parameter } from '../core/parameters.ts';
import { readModelConfig, readModelParameters } from './modelFolder.ts';
import { writeSafetensors } from './safetensorsWriter.ts';

const read = async (folder: string) => readModelParameters(folder, readModelConfig(folder));
const vector = (length: number): Parameter => ({
  shape: [length],
  values: new Float32Array(length).fill(0.5),
});

describe('config.json', () => {
  test('is read, with the defaults of transformers', () => {
    const config = readModelConfig(writeConfig(temporaryFolder(), tinyBertJson));
    expect(config).toMatchObject({
      modelType: 'bert',
      layers: 2,
      maxPositions: 5,
      padTokenId: 0,
      layerNormEps: 1e-12,
    });
    const xlmr = writeConfig(temporaryFolder(), {
      ...tinyBertJson,
      model_type: 'xlm-roberta',
      layer_norm_eps: 1e-5,
      type_vocab_size: undefined,
    });
    expect(readModelConfig(xlmr)).toMatchObject({ padTokenId: 1, typeVocabSize: 2, layerNormEps: 1e-5 });
  });

  test('with a byte order mark is read', () => {
    expect(
      readModelConfig(writeConfig(temporaryFolder(), `\uFEFF${JSON.stringify(tinyBertJson)}`)).heads,
    ).toBe(2);
  });

  test.each([
    [{ model_type: 'gpt2' }, 'model-unsupported', '"gpt2"'],
    [{ model_type: 'roberta' }, 'model-unsupported', '"roberta"'],
    [{ hidden_act: 'gelu_new' }, 'model-unsupported', '"gelu_new"'],
    [{ position_embedding_type: 'relative_key' }, 'model-unsupported', '"relative_key"'],
    [{ is_decoder: true }, 'model-unsupported', 'decoder'],
    [{ model_type: undefined }, 'model-config', 'no model_type'],
    [{ hidden_size: undefined }, 'model-config', 'no hidden_size'],
    [{ hidden_size: '4' }, 'model-config', 'hidden_size is "4"'],
    [{ num_hidden_layers: 2.5 }, 'model-config', 'num_hidden_layers is 2.5'],
    [{ num_attention_heads: 3 }, 'model-config', 'not a multiple'],
    [{ hidden_dropout_prob: 2 }, 'model-config', 'hidden_dropout_prob'],
    [{ pad_token_id: -1 }, 'model-config', 'pad_token_id'],
  ] as const)('%o: %s', async (change, code, words) => {
    const folder = writeConfig(temporaryFolder(), { ...tinyBertJson, ...change });
    const error = await refused(code, () => readModelConfig(folder));
    expect(error.message).toContain(words);
    expect(error.place?.file).toBe(join(folder, 'config.json'));
  });

  test('that is no JSON is refused with the line, and its absence is said', async () => {
    const folder = temporaryFolder();
    await refused('model-no-config', () => readModelConfig(folder));
    await refused('file-missing', () => readModelConfig(join(folder, 'none')));
    writeConfig(folder, '{\n"a": 1,\n!\n}');
    expect((await refused('model-config', () => readModelConfig(folder))).place?.line).toBe(3);
    await refused('model-config', () => readModelConfig(writeConfig(folder, '[]')));
    await refused('model-no-config', () => readModelConfig(join(folder, 'config.json')));
  });
});

describe('weights', () => {
  test.each([
    ['as they are', (name: string) => name],
    ['without a prefix', (name: string) => name.replace('bert.', '')],
    [
      'with old names',
      (name: string) => name.replace('Norm.weight', 'Norm.gamma').replace('Norm.bias', 'Norm.beta'),
    ],
  ])('with names %s are the same model, in the same order', async (_, rename) => {
    const folder = writeConfig(temporaryFolder(), tinyBertJson);
    const parameters = randomParameters(folder);
    await writeModel(folder, new Map([...parameters].toReversed()), rename);
    const again = await read(folder);
    expect([...again]).toEqual([...parameters]);
  });

  test('XLM-RoBERTa has its own prefix; heads come last, tied copies and buffers not at all', async () => {
    const folder = writeConfig(temporaryFolder(), { ...tinyBertJson, model_type: 'xlm-roberta' });
    const encoder = randomParameters(folder);
    const extra = new Map([
      ['lm_head.layer_norm.bias', vector(4)],
      ['lm_head.bias', vector(11)],
      ['lm_head.decoder.weight', vector(44)],
      ['lm_head.decoder.bias', vector(11)],
      ['classifier.bias', vector(3)],
      ['classifier.weight', vector(12)],
      ['roberta.embeddings.position_ids', vector(5)],
    ]);
    await writeModel(folder, new Map([...extra, ...encoder]));
    const heads = ['lm_head.bias', 'lm_head.layer_norm.bias', 'classifier.weight', 'classifier.bias'];
    expect([...(await read(folder)).keys()]).toEqual([...encoder.keys(), ...heads]);
    expect([...encoder.keys()][0]).toBe('roberta.embeddings.word_embeddings.weight');
    writeConfig(folder, { ...tinyBertJson, model_type: 'xlm-roberta', tie_word_embeddings: false });
    expect((await read(folder)).has('lm_head.decoder.weight')).toBe(true);
  });

  test('in several files are read through the index', async () => {
    const folder = writeConfig(temporaryFolder(), tinyBertJson);
    const parameters = randomParameters(folder);
    const names = [...parameters.keys()];
    const weights: Record<string, string> = {};
    for (const part of [0, 1]) {
      const file = `model-0000${part + 1}-of-00002.safetensors`;
      const own = names.filter((_, i) => i % 2 === part);
      for (const name of own) weights[name] = file;
      await writeSafetensors(
        join(folder, file),
        own.map((name) => ({ name, ...parameters.get(name)! })),
      );
    }
    const index = join(folder, 'model.safetensors.index.json');
    const writeIndex = (map: unknown) => writeFileSync(index, JSON.stringify({ weight_map: map }));
    writeIndex(weights);
    expect([...(await read(folder))]).toEqual([...parameters]);

    for (const file of ['../a.safetensors', 'a/b', 'none.safetensors', 3]) {
      writeIndex({ x: file });
      await refused('model-index', () => read(folder));
    }
    writeIndex({});
    await refused('model-index', () => read(folder));
    writeFileSync(index, '{');
    await refused('model-index', () => read(folder));
    writeIndex({ a: 'model-00001-of-00002.safetensors' });
    await refused('model-parameter-missing', () => read(folder));
  });

  test('without a pooler are a model, with half of one they are not', async () => {
    const folder = writeConfig(temporaryFolder(), tinyBertJson);
    const parameters = randomParameters(folder);
    parameters.delete('bert.pooler.dense.weight');
    await writeModel(folder, parameters);
    await refused('model-parameter-missing', () => read(folder));
    parameters.delete('bert.pooler.dense.bias');
    await writeModel(folder, parameters);
    expect((await read(folder)).size).toBe(parameters.size);
  });

  test('that do not belong to config.json are refused by name', async () => {
    const folder = await writeTinyBert(temporaryFolder());
    writeConfig(folder, { ...tinyBertJson, vocab_size: 12 });
    const error = await refused('model-parameter-shape', () => read(folder));
    expect(error.message).toContain('bert.embeddings.word_embeddings.weight has the shape [11, 4]');
    expect(error.message).toContain('[12, 4]');
    writeConfig(folder, { ...tinyBertJson, num_hidden_layers: 3 });
    const missing = await refused('model-parameter-missing', () => read(folder));
    expect(missing.message).toContain('bert.encoder.layer.2.attention.self.query.weight');
  });

  test('with one parameter under two names are refused', async () => {
    const folder = writeConfig(temporaryFolder(), tinyBertJson);
    await writeModel(
      folder,
      new Map([...randomParameters(folder), ['embeddings.LayerNorm.beta', vector(4)]]),
    );
    const error = await refused('model-parameter-twice', () => read(folder));
    expect(error.message).toContain('embeddings.LayerNorm.beta');
  });

  test('that are not there: what is there instead is said', async () => {
    const folder = writeConfig(temporaryFolder(), tinyBertJson);
    await refused('model-no-weights', () => read(folder));
    writeFileSync(join(folder, 'tf_model.h5'), '');
    expect((await refused('model-no-weights', () => read(folder))).message).toContain('only tf_model.h5');
    writeFileSync(join(folder, 'model.safetensors'), 'version https://git-lfs.github.com/spec/v1\n');
    await refused('safetensors-git-lfs', () => read(folder));
  });

  test.skipIf(!hasShared)('of a real model are as many as its config.json says', async () => {
    const folder = join(shared, 'models/all-MiniLM-L6-v2');
    const parameters = await read(folder);
    expect(parameters.size).toBe(5 + 6 * 16 + 2);
    const bytes = [...parameters.values()].reduce((sum, { values }) => sum + values.byteLength, 0);
    expect(bytes).toBeLessThan(readFileSync(join(folder, 'model.safetensors')).length);
  });
});
