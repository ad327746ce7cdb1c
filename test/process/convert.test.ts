import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Sft } from '../../src/core/sft.ts';
import { readSft, writeSft } from '../../src/formats/sftFile.ts';
import { sft as run } from '../support/cli.ts';
import { temporaryFolder } from '../support/files.ts';
import { pickle } from '../support/pickleBytes.ts';
import { torchArchive } from '../support/torchFiles.ts';

const sft: Sft = {
  diffs: new Map([
    [
      'bert.pooler.dense.weight',
      { indices: Uint32Array.of(1, 5), values: Float32Array.of(1, 2), shape: [2, 3] },
    ],
  ]),
  abs: new Map([['classifier.weight', { shape: [1, 2], values: Float32Array.of(3, 4) }]]),
};

test('sft convert: there and back, with notes of what is lost and of labels that are known', async () => {
  const cwd = temporaryFolder();
  await writeSft(join(cwd, 'x.sft.safetensors'), sft, { labels: ['A'] });
  const there = await run(['convert', 'x.sft.safetensors', 'mbert-task-sft-pos', '--json'], { cwd });
  expect(there).toMatchObject({ code: 0 });
  expect(JSON.parse(there.stdout)).toMatchObject({
    file: join('mbert-task-sft-pos', 'pytorch_diff.bin'),
    entries: 2,
    lost: ['labels'],
  });
  expect(there.stderr).toContain('cannot keep what the SFT says of itself: labels');
  const back = await run(['convert', 'mbert-task-sft-pos', 'y.sft.safetensors'], { cwd });
  expect(back).toMatchObject({ code: 0, stdout: 'y.sft.safetensors  2 entries\n' });
  expect(back.stderr).toContain('taken for: --task pos --labels ADJ,ADP,');
  const said = ['--force', '--task', 'pos', '--labels', 'A'];
  const again = await run(['convert', 'mbert-task-sft-pos', 'y.sft.safetensors', ...said], { cwd });
  expect(again).toMatchObject({ code: 0, stderr: '' });
  expect((await readSft(join(cwd, 'y.sft.safetensors'))).metadata).toMatchObject({
    task: 'tagging',
    labels: ['A'],
  });
  expect((await readSft(join(cwd, 'y.sft.safetensors'))).sft).toEqual(sft);
  const unsaid = await run(['convert', 'y.sft.safetensors', 'z', '--task', 'pos', '--labels', 'A'], { cwd });
  expect(unsaid.code).toBe(1);
  expect(unsaid.stderr).toContain('pytorch_diff.bin cannot keep what --labels, --task say.');
  const third = await run(['convert', 'mbert-task-sft-pos', 'y.sft.safetensors'], { cwd });
  expect(third.code).toBe(1);
  expect(third.stderr).toContain('--force');
});

test('a file that would run a command is refused by its name, and the command is not run', async () => {
  const cwd = temporaryFolder();
  const touch = pickle.call(pickle.name('os', 'system'), pickle.text(`touch ${join(cwd, 'ran')}`));
  mkdirSync(join(cwd, 'bad'));
  writeFileSync(join(cwd, 'bad', 'pytorch_diff.bin'), torchArchive(pickle.dict({ diffs: touch }), {}));
  for (const args of [
    ['inspect', 'bad'],
    ['convert', 'bad', 'x.sft.safetensors'],
  ]) {
    const { code, stderr } = await run(args, { cwd });
    expect(code).toBe(1);
    expect(stderr).toContain('os.system');
  }
  expect(existsSync(join(cwd, 'ran'))).toBe(false);
});
