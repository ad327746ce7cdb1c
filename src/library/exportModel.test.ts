import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { refused, temporaryFolder } from '../../test/support/files.ts';
import { hasShared, shared } from '../../test/support/oracle.ts';
import { writeConfig, writeModel, writeTinyBert } from '../../test/support/tinyModel.ts';
import { applySfts } from '../core/composition.ts';
import type { Sft } from '../core/sft.ts';
import { loadRuntime } from '../engine/compiled/runtime.ts';
import { readModelConfig, readModelParameters } from '../formats/modelFolder.ts';
import { withSafetensors } from '../formats/safetensors.ts';
import { writeSftBin } from '../formats/sftBinWriter.ts';
import { type SftMetadata, writeSft } from '../formats/sftFile.ts';
import { exportModel } from './exportModel.ts';
import { fingerprint } from './fingerprint.ts';

const read = async (folder: string) => readModelParameters(folder, readModelConfig(folder));
const word = 'bert.embeddings.word_embeddings.weight';
const diffs: Sft['diffs'] = new Map([
  [word, { indices: Uint32Array.of(3, 40), values: Float32Array.of(1, 2) }],
]);
const tagger: Sft = {
  diffs,
  abs: new Map([
    ['classifier.weight', { shape: [3, 4], values: new Float32Array(12).fill(0.25) }],
    ['classifier.bias', { shape: [3], values: new Float32Array(3) }],
  ]),
};

const parser: Sft = {
  diffs,
  abs: new Map([
    ['biaffine_arcs.weight', { shape: [1, 5, 4], values: new Float32Array(20).fill(0.5) }],
    ['biaffine_rels.weight', { shape: [2, 5, 5], values: new Float32Array(50).fill(0.5) }],
  ]),
};

async function setUp(sft: Sft, metadata: SftMetadata) {
  const folder = temporaryFolder();
  const base = await writeTinyBert(join(folder, 'base'));
  const file = join(folder, 'x.sft.safetensors');
  await writeSft(file, sft, metadata);
  return { base, file, out: join(folder, 'out'), references: [{ sft: file, coefficient: 1 }] };
}

test('a task SFT becomes a folder that says its class and labels, with the sums and the tokenizer', async () => {
  const { base, out, references } = await setUp(tagger, { task: 'tagging', labels: ['A', 'B', 'C'] });
  const parameters = await read(base);
  const { architecture, warnings } = await exportModel(base, references, out);
  expect(architecture).toBe('BertForTokenClassification');
  expect(warnings.map(({ code }) => code)).toEqual(['sft-no-fingerprint']);
  expect(readdirSync(out).sort()).toEqual(['config.json', 'model.safetensors', 'vocab.txt']);
  const config = JSON.parse(readFileSync(join(out, 'config.json'), 'utf8')) as Record<string, unknown>;
  expect(config).toMatchObject({
    model_type: 'bert',
    architectures: ['BertForTokenClassification'],
    id2label: { 0: 'A', 1: 'B', 2: 'C' },
    label2id: { A: 0, B: 1, C: 2 },
  });
  const exported = await read(out);
  const wanted = applySfts(parameters, [{ sft: tagger, coefficient: 1 }]);
  for (const name of ['bert.pooler.dense.weight', 'bert.pooler.dense.bias']) wanted.delete(name); // not of this class
  expect([...exported]).toEqual([...wanted]);
  expect(await withSafetensors(join(out, 'model.safetensors'), async ({ metadata }) => metadata)).toEqual({
    format: 'pt',
  });
});

test('without an SFT, or with a language SFT alone, it is the encoder with its language head', async () => {
  const { base, out } = await setUp(tagger, {});
  expect((await exportModel(base, [], out)).architecture).toBe('BertModel');
  expect([...(await read(out))]).toEqual([...(await read(base))]);
  const part = { shape: [11], values: new Float32Array(11).fill(0.5) };
  const dense = { shape: [4, 4], values: new Float32Array(16).fill(0.5) };
  const bias = { shape: [4], values: new Float32Array(4) };
  const half: Sft = { diffs, abs: new Map([['cls.predictions.bias', part]]) };
  const transform = 'cls.predictions.transform';
  const whole: Sft = {
    diffs,
    abs: new Map([...half.abs, [`${transform}.dense.weight`, dense], [`${transform}.dense.bias`, bias]]),
  };
  const incomplete = await setUp(half, { kind: 'language' });
  expect((await exportModel(incomplete.base, incomplete.references, incomplete.out)).architecture).toBe(
    'BertModel',
  );
  const language = await setUp(whole, { kind: 'language' });
  const { architecture } = await exportModel(language.base, language.references, language.out);
  expect(architecture).toBe('BertForMaskedLM');
  const exported = await read(language.out);
  expect([...exported.keys()].filter((name) => name.startsWith('cls.'))).toHaveLength(7);
  // The matrix that it was trained with: the base's word embeddings, which no SFT stores.
  const word = 'bert.embeddings.word_embeddings.weight';
  const before = (await read(language.base)).get(word)?.values;
  expect(exported.get('cls.predictions.decoder.weight')?.values).toEqual(before);
  expect(exported.get(`${transform}.LayerNorm.weight`)?.values).toEqual(new Float32Array(4).fill(1));
});

test('the output matrix of a base that has one of its own stays, and so does one that was trained; its bias goes with it', async () => {
  const { base, out } = await setUp(tagger, {});
  const json = JSON.parse(readFileSync(join(base, 'config.json'), 'utf8')) as Record<string, unknown>;
  writeConfig(base, { ...json, tie_word_embeddings: false });
  const own = { shape: [11, 4], values: Float32Array.from({ length: 44 }, (_, i) => i) };
  const [matrix, biasOf] = ['cls.predictions.decoder.weight', 'cls.predictions.decoder.bias'];
  await writeModel(base, new Map([...(await read(base)), [matrix, own]]));
  const transform = 'cls.predictions.transform.dense';
  const bias = { shape: [11], values: new Float32Array(11).fill(0.5) };
  const abs = new Map([
    ['cls.predictions.bias', bias],
    [`${transform}.weight`, { shape: [4, 4], values: new Float32Array(16) }],
    [`${transform}.bias`, { shape: [4], values: new Float32Array(4) }],
  ]);
  const trained = { shape: [11, 4], values: new Float32Array(44).fill(7) };
  for (const [sft, wanted] of [
    [{ diffs, abs }, own],
    [{ diffs, abs: new Map([...abs, [matrix, trained]]) }, trained],
  ] as const) {
    const file = join(out, '..', 'language.sft.safetensors');
    await writeSft(file, sft, { kind: 'language' });
    const folder = join(out, '..', `out-${wanted.values[0]}`);
    await exportModel(base, [{ sft: file, coefficient: 1 }], folder);
    const exported = await read(folder);
    expect(exported.get(matrix)?.values).toEqual(wanted.values);
    expect(exported.get(biasOf)?.values).toEqual(bias.values);
  }
});

test('task and labels can be given for a file that does not say them', async () => {
  const { base, out, references } = await setUp(tagger, {});
  await refused('export-task', () => exportModel(base, references, out));
  await refused('export-labels', () =>
    exportModel(base, references, out, { task: 'tagging', labels: ['A'] }),
  );
  expect(readdirSync(join(out, '..'))).not.toContain('out');
  const { architecture, warnings } = await exportModel(base, references, out, { task: 'classification' });
  expect(architecture).toBe('BertForSequenceClassification');
  expect(warnings.map(({ code }) => code)).toEqual(['sft-no-fingerprint', 'sft-no-labels']);
  const config = JSON.parse(readFileSync(join(out, 'config.json'), 'utf8')) as Record<string, unknown>;
  expect(config.id2label).toEqual({ 0: 'LABEL_0', 1: 'LABEL_1', 2: 'LABEL_2' });
  expect((await read(out)).has('bert.pooler.dense.weight')).toBe(true);
  await refused('folder-exists', () => exportModel(base, references, out, { task: 'classification' }));
});

test('the list of published SFTs and the names of parameters tell a task, and none that the head cannot have is taken', async () => {
  const { base, out } = await setUp(tagger, {});
  const folder = join(temporaryFolder(), 'mbert-task-sft-pos');
  mkdirSync(folder);
  await writeSftBin(join(folder, 'pytorch_diff.bin'), tagger, new Map([[word, [11, 4]]]));
  const published = [{ sft: folder, coefficient: 1 }];
  expect((await exportModel(base, published, out)).architecture).toBe('BertForTokenClassification');
  const output = { shape: [3, 4], values: new Float32Array(12) };
  const ofTexts = await setUp({ diffs, abs: new Map([['classifier.out_proj.weight', output]]) }, {});
  await refused('export-task', () =>
    exportModel(ofTexts.base, ofTexts.references, ofTexts.out, { task: 'pos' }),
  );
  const found = await exportModel(ofTexts.base, ofTexts.references, ofTexts.out);
  expect(found.architecture).toBe('BertForSequenceClassification');
});

test('the labels of a published SFT are those of the list where they are as many, which is said', async () => {
  const { base, out } = await setUp(tagger, {});
  const exported = async (name: string, outputs: number, options = {}) => {
    const folder = join(temporaryFolder(), name);
    mkdirSync(folder);
    const weight = { shape: [outputs, 4], values: new Float32Array(4 * outputs) };
    const bias = { shape: [outputs], values: new Float32Array(outputs) };
    const head = new Map([
      ['classifier.weight', weight],
      ['classifier.bias', bias],
    ]);
    await writeSftBin(join(folder, 'pytorch_diff.bin'), { diffs, abs: head }, new Map([[word, [11, 4]]]));
    const to = join(out, '..', `${name}-${outputs}-${Object.keys(options).length}`);
    const { warnings } = await exportModel(base, [{ sft: folder, coefficient: 1 }], to, options);
    const { id2label } = JSON.parse(readFileSync(join(to, 'config.json'), 'utf8')) as { id2label: object };
    const notes = warnings.filter(({ code }) => code !== 'sft-no-fingerprint');
    return { labels: Object.values(id2label), codes: notes.map(({ code }) => code), notes };
  };
  const { labels, codes, notes } = await exported('mbert-task-sft-pos', 17);
  expect([labels.at(0), labels.at(-1), codes]).toEqual(['ADJ', 'X', ['sft-labels-listed']]);
  expect(notes[0].message).toContain('not verified: ADJ,ADP,');
  const of = { labels: ['LABEL_0', 'LABEL_1', 'LABEL_2'], codes: ['sft-no-labels'] };
  expect(await exported('mbert-task-sft-pos', 3)).toMatchObject(of);
  // Another task than the list's has other labels.
  expect((await exported('mbert-task-sft-pos', 17, { task: 'classification' })).codes).toEqual(of.codes);
  const given = await exported('mbert-task-sft-pos', 3, { labels: ['a', 'b', 'c'] });
  expect(given).toMatchObject({ labels: ['a', 'b', 'c'], codes: [] });
});

test('as ONNX it lies where transformers.js looks for it, and says of itself what that wants', async () => {
  const { base, out, references } = await setUp(tagger, { task: 'tagging', labels: ['A', 'B', 'C'] });
  await exportModel(base, references, out, { format: 'onnx' });
  const files = readdirSync(out, { recursive: true, encoding: 'utf8' }).sort();
  expect(files).toEqual([
    'config.json',
    'onnx',
    join('onnx', 'model.onnx'),
    'tokenizer.json',
    'tokenizer_config.json',
    'vocab.txt',
  ]);
  const config = JSON.parse(readFileSync(join(out, 'config.json'), 'utf8')) as Record<string, unknown>;
  expect(config).toMatchObject({
    model_type: 'bert',
    architectures: ['BertForTokenClassification'],
    id2label: { 0: 'A', 1: 'B', 2: 'C' },
    // Or else a browser asks for weights of 8 bits, which are not there.
    'transformers.js_config': { dtype: 'fp32' },
  });
});

test('a parser is exported as ONNX, with relations, pooler and a README; transformers has no class for it', async () => {
  const { base, out, references } = await setUp(parser, { task: 'parsing', labels: ['dep', 'root'] });
  const error = await refused('export-parser', () => exportModel(base, references, out));
  expect(error.message).toContain('--format onnx');
  const { architecture } = await exportModel(base, references, out, { format: 'onnx' });
  expect(architecture).toBe('BertForBiaffineParsing');
  const config = JSON.parse(readFileSync(join(out, 'config.json'), 'utf8')) as Record<string, unknown>;
  expect(config.id2label).toEqual({ 0: 'dep', 1: 'root' });
  const { InferenceSession } = await loadRuntime();
  const session = await InferenceSession.create(join(out, 'onnx/model.onnx'));
  const { inputNames, outputNames } = session;
  await session.release();
  expect(inputNames).toEqual(['input_ids', 'attention_mask', 'token_type_ids', 'word_starts']);
  expect(outputNames).toEqual(['arc_scores', 'relation_scores']);
  const readme = readFileSync(join(out, 'README.md'), 'utf8');
  for (const name of [...inputNames, ...outputNames]) expect(readme).toContain(`| \`${name}\` | [batch, `);

  const bare = join(out, '../bare');
  mkdirSync(bare);
  for (const name of ['config.json', 'vocab.txt']) copyFileSync(join(base, name), join(bare, name));
  const poolerless = [...(await read(base))].filter(([name]) => !name.includes('pooler'));
  await writeModel(bare, new Map(poolerless));
  await refused('export-no-pooler', () =>
    exportModel(bare, references, join(out, '../none'), { format: 'onnx' }),
  );
});

test('a parser that does not say its relations has those of Universal Dependencies, if as many', async () => {
  const weight = { shape: [38, 5, 5], values: new Float32Array(950) };
  const full: Sft = { ...parser, abs: new Map([...parser.abs, ['biaffine_rels.weight', weight]]) };
  for (const [sft, codes, label] of [
    [full, ['sft-no-fingerprint'], 'vocative'],
    [parser, ['sft-no-fingerprint', 'sft-no-labels'], 'LABEL_1'],
  ] as const) {
    const { base, out, references } = await setUp(sft, {});
    const { warnings } = await exportModel(base, references, out, { format: 'onnx' });
    expect(warnings.map(({ code }) => code)).toEqual(codes);
    const { id2label } = JSON.parse(readFileSync(join(out, 'config.json'), 'utf8')) as { id2label: object };
    expect(Object.values(id2label)).toContain(label);
  }
});

test('another base model is refused with both fingerprints, or forced', async () => {
  const wanted = 'ef'.repeat(32);
  const { base, out, references } = await setUp(tagger, {
    task: 'tagging',
    labels: ['A', 'B', 'C'],
    baseFingerprint: wanted,
  });
  const found = fingerprint(await read(base));
  const error = await refused('sft-other-base', () => exportModel(base, references, out));
  expect(error.message).toContain(wanted);
  expect(error.message).toContain(found);
  const { warnings } = await exportModel(base, references, out, { force: true });
  expect(warnings.map(({ code }) => code)).toEqual(['sft-forced-base']);
});

test('files copied from a read-only model can be changed', async () => {
  const { base, out } = await setUp(tagger, {});
  chmodSync(join(base, 'vocab.txt'), 0o444);
  await exportModel(base, [], out);
  chmodSync(join(base, 'vocab.txt'), 0o644);
  expect(statSync(join(out, 'vocab.txt')).mode & 0o200).not.toBe(0);
});

test.skipIf(!hasShared)('a real model is exported, read again, and is the same', async () => {
  const base = join(shared, 'models/all-MiniLM-L6-v2');
  const out = join(temporaryFolder(), 'out');
  await exportModel(base, [], out);
  const [before, after] = [await read(base), await read(out)];
  expect([...after.keys()]).toEqual([...before.keys()]);
  const same = [...before].every(([name, { values }]) =>
    Buffer.from(values.buffer).equals(Buffer.from(after.get(name)?.values.buffer ?? new ArrayBuffer(0))),
  );
  expect(same).toBe(true);
  expect(fingerprint(after)).toBe(fingerprint(before));
});
