import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { refused, temporaryFolder } from '../../test/support/files.ts';
import { tinyBertJson, writeConfig } from '../../test/support/tinyModel.ts';
import type { Sft } from '../core/sft.ts';
import { readSft, type SftMetadata, writeSft } from '../formats/sftFile.ts';
import { convertSft } from './convert.ts';

const bias = 'bert.encoder.layer.0.output.dense.weight';
const entries = { indices: Uint32Array.of(1, 20), values: Float32Array.of(0.5, -1e-40) };
const sft: Sft = {
  diffs: new Map([[bias, { ...entries, shape: [4, 6] }]]),
  abs: new Map([
    ['classifier.weight', { shape: [2, 1], values: Float32Array.of(3, 4) }],
    ['classifier.bias', { shape: [2], values: Float32Array.of(1, 2) }],
  ]),
};
const metadata: SftMetadata = { kind: 'task', labels: ['A', 'B'], k: 2 };

async function ours(folder: string, content = sft): Promise<string> {
  const file = join(folder, 'x.sft.safetensors');
  await writeSft(file, content, metadata);
  return file;
}

test('there and back no number changes; what was lost is said, and can be given again', async () => {
  const folder = temporaryFolder();
  const there = await convertSft(await ours(folder), join(folder, 'new', 'reference'));
  expect(there).toEqual({
    file: join(folder, 'new', 'reference', 'pytorch_diff.bin'),
    format: 'pytorch_diff.bin',
    entries: 2,
    lost: ['kind', 'labels', 'k'],
  });
  const steps: string[] = [];
  const options = {
    labels: ['A', 'B'],
    task: 'pos' as const,
    onStep: (text: string) => void steps.push(text),
  };
  const back = await convertSft(join(folder, 'new', 'reference'), join(folder, 'y.sft.safetensors'), options);
  expect(back.lost).toEqual([]);
  expect(steps.map((step) => step.split(' ')[0])).toEqual(['reading', 'writing']);
  const read = await readSft(back.file);
  expect(read).toEqual({ sft, metadata: { kind: 'task', labels: ['A', 'B'], task: 'tagging', k: 2 } });
});

test('what is said of a head must be of one that the SFT has', async () => {
  const folder = temporaryFolder();
  const bin = join(folder, 'x.bin');
  await convertSft(await ours(folder), bin);
  const out = join(folder, 'y.sft.safetensors');
  await refused('evaluate-task', () => convertSft(bin, out, { task: 'qa' }));
  await refused('evaluate-task', () => convertSft(bin, out, { task: 'language' }));
  const { message } = await refused('evaluate-labels', () => convertSft(bin, out, { labels: ['A'] }));
  expect(message).toContain('2 outputs, but 1 label is given');
  await refused('convert-unsaid', async () => convertSft(out, join(folder, 'z.bin'), { task: 'pos' }));
  expect(existsSync(out)).toBe(false);
  await convertSft(await ours(folder, { ...sft, abs: new Map() }), bin, { force: true });
  await refused('evaluate-labels-unused', () => convertSft(bin, out, { labels: ['A'] }));
  await convertSft(bin, out, { task: 'language', language: 'mt' });
  expect((await readSft(out)).metadata).toMatchObject({ kind: 'language', language: 'mt' });
});

test('nothing is replaced unless it is forced', async () => {
  const folder = temporaryFolder();
  const file = await ours(folder);
  const out = join(folder, 'x.bin');
  writeFileSync(out, 'precious');
  await refused('convert-exists', () => convertSft(file, out));
  expect(readFileSync(out, 'utf8')).toBe('precious');
  await convertSft(file, out, { force: true });
  expect((await readSft(out)).sft).toEqual(sft);
});

test('to the format that it has is no conversion', async () => {
  const folder = temporaryFolder();
  const file = await ours(folder);
  await refused('convert-same-format', () => convertSft(file, join(folder, 'y.safetensors')));
  const { file: bin } = await convertSft(file, join(folder, 'x.bin'));
  await refused('convert-same-format', () => convertSft(bin, join(folder, 'another')));
  expect(existsSync(join(folder, 'another'))).toBe(false);
});

test('the base model tells shapes that the SFT does not, and must agree with those that it does', async () => {
  const folder = temporaryFolder();
  const base = writeConfig(join(folder, 'base'), tinyBertJson);
  const out = join(folder, 'x.bin');
  const bare = await ours(folder, { ...sft, diffs: new Map([[bias, entries]]) });
  await refused('convert-shape', () => convertSft(bare, out));
  await convertSft(bare, out, { base });
  expect((await readSft(out)).sft).toEqual(sft);
  const other = await ours(folder, { ...sft, diffs: new Map([[bias, { ...entries, shape: [6, 4] }]]) });
  await refused('sft-shape', () => convertSft(other, out, { base, force: true }));
  const unknown = await ours(folder, { ...sft, diffs: new Map([['decoder.weight', entries]]) });
  await refused('sft-parameter-unknown', () => convertSft(unknown, out, { base, force: true }));
});
