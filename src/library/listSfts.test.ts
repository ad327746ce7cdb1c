import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/files.ts';
import type { Sft } from '../core/sft.ts';
import { writeSftBin } from '../formats/sftBinWriter.ts';
import { listSft } from './listSfts.ts';

const encoder = 'bert.encoder.layer.0.output.dense.weight';

/** A file of the reference, which says nothing of itself, with a head of these parameters. */
async function reference(name: string, ...head: string[]): Promise<string> {
  const sft: Sft = {
    diffs: new Map([[encoder, { indices: Uint32Array.of(1), values: Float32Array.of(1), shape: [2, 3] }]]),
    abs: new Map(head.map((parameter) => [parameter, { shape: [1], values: Float32Array.of(1) }])),
  };
  const folder = join(temporaryFolder(), name);
  mkdirSync(folder);
  await writeSftBin(join(folder, 'pytorch_diff.bin'), sft);
  return join(folder, 'pytorch_diff.bin');
}

test.each([
  ['mine', ['biaffine_arcs.weight', 'biaffine_rels.weight'], 'task', 'parsing'],
  ['mine', ['qa_outputs.weight', 'qa_outputs.bias'], 'task', 'questionAnswering'],
  ['mine', ['classifier.dense.weight', 'classifier.out_proj.weight'], 'task', 'classification'],
  ['mine', ['classifier.weight'], 'task', null],
  ['mine', ['cls.predictions.bias'], 'language', null],
  ['mine', [], 'language', null],
  ['mbert-task-sft-dp', [], 'task', 'parsing'],
  ['xlmr-task-sft-squadv1-ms', ['qa_outputs.weight'], 'task', 'qa'],
])('a file of the reference in %s with %j is one of a %s', async (name, head, kind, task) => {
  expect(await listSft(await reference(name, ...head))).toMatchObject({ name, kind, task });
});
