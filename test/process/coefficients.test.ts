import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sft } from '../support/cli.ts';
import { inventSft } from '../support/inventSft.ts';
import { tinyWorkspace, type TinyWorkspace } from '../support/tinyWorkspace.ts';

let workspace: TinyWorkspace;

beforeAll(async () => {
  workspace = await tinyWorkspace(mkdtempSync(join(tmpdir(), 'sft coefficients é#-')));
  const base = workspace.path('base');
  const labels = ['ADJ', 'ADV', 'NOUN', 'PUNCT', 'VERB'];
  await inventSft(base, workspace.path('pos.sft.safetensors'), { seed: 1, labels });
  await inventSft(base, workspace.path('xx.sft.safetensors'), { seed: 2, scale: 0.3 });
});

afterAll(() => rmSync(workspace.folder, { recursive: true, force: true }));

const both = ['pos.sft.safetensors', 'xx.sft.safetensors'];
const on = ['--base', 'base', '--data', 'train.conllu'];
const run = (...args: string[]) => sft(['coefficients', ...both, ...on, ...args], { cwd: workspace.folder });

describe('sft coefficients', () => {
  it('evaluates at each value what sft evaluate does, and says that the best is tuned on the file', async () => {
    const { code, stdout } = await run('--vary', 'xx=-1..1:3', '--json');
    expect(code).toBe(0);
    const found = JSON.parse(stdout) as {
      points: { coefficients: number[]; value: number }[];
      best: { value: number };
      tuned: string;
    };
    expect(found.points.map(({ coefficients }) => coefficients)).toEqual([[-1], [0], [1]]);
    expect(found.best.value).toBe(Math.max(...found.points.map(({ value }) => value)));
    const unread =
      'Which text the SFT xx has read is not known, so nothing of the file train.conllu could be looked for in it.';
    expect(found).toMatchObject({ tuned: 'train.conllu', warnings: [], notes: [unread] });
    const sfts = ['--sft', 'pos.sft.safetensors', '--sft', 'xx.sft.safetensors@-1'];
    const alone = await sft(['evaluate', ...on, ...sfts, '--json'], { cwd: workspace.folder });
    expect(JSON.parse(alone.stdout)).toMatchObject({ value: found.points[0].value, tuned: true });
    expect(alone.stderr).toContain('tuned on this file');
    const other = ['--base', 'base', '--data', 'dev.conllu', '--json'];
    const elsewhere = await sft(['evaluate', ...other, ...sfts], { cwd: workspace.folder });
    expect(JSON.parse(elsewhere.stdout)).toMatchObject({ tuned: false });
    const listed = await sft(['results', '--json'], { cwd: workspace.folder });
    const { results } = JSON.parse(listed.stdout) as { results: { tuned: boolean }[] };
    expect(results.filter(({ tuned }) => tuned)).toHaveLength(4);
  });

  it('varies two, and prints a table', async () => {
    const { code, stdout } = await run('--vary', '1=1..2:2', '--vary', 'xx=0..1:2', '--sample', '20');
    expect(code).toBe(0);
    expect(stdout.split('\n').filter((line) => line.includes(' to '))).toHaveLength(4);
    expect(stdout).toContain('tuned on train.conllu: judge it on another file');
  });

  it('says which SFT there is not, and what a range is', async () => {
    const unknown = await run('--vary', 'yy=0..1');
    expect([unknown.code, unknown.stderr]).toEqual([expect.any(Number), expect.stringContaining('yy')]);
    expect(unknown.code).not.toBe(0);
    const twice = await run('--vary', 'xx=0..1', '--vary', '2=0..1');
    expect(twice.stderr).toContain('--vary names 2 twice');
    const wrong = await run('--vary', 'xx=many');
    expect(wrong.stderr).toContain('NAME=FROM..TO');
  });
});
