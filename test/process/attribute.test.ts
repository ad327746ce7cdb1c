import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entryCount } from '../../src/core/prune.ts';
import { readSft } from '../../src/formats/sftFile.ts';
import { sft } from '../support/cli.ts';
import { inventSft } from '../support/inventSft.ts';
import { tinyWorkspace, type TinyWorkspace } from '../support/tinyWorkspace.ts';

const labels = ['ADJ', 'ADV', 'NOUN', 'PUNCT', 'VERB'];
let workspace: TinyWorkspace;

beforeAll(async () => {
  workspace = await tinyWorkspace(mkdtempSync(join(tmpdir(), 'sft attribute é#-')));
  const base = workspace.path('base');
  const metadata = { k: 1000, density: 0.1, metrics: { accuracy: 0.5 }, language: 'en' };
  await inventSft(base, workspace.path('pos.sft.safetensors'), { seed: 1, labels, metadata });
  await inventSft(base, workspace.path('xx.sft.safetensors'), { seed: 2, share: 0.3, scale: 0.3 });
});

afterAll(() => rmSync(workspace.folder, { recursive: true, force: true }));

async function run(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await sft(args, { cwd: workspace.folder });
  expect(code, `${stdout}${stderr}`).toBe(0);
  return stdout;
}

async function variants(...args: string[]): Promise<Row[]> {
  return (JSON.parse(await run(...args, '--json')) as { variants: Row[] }).variants;
}

interface Row {
  name: string;
  entries: number;
  value: number;
  interval: { low: number; high: number };
  against?: { difference: number; p: number; adjusted: number };
}

const on = ['--base', 'base', '--data', 'train.conllu'];
const pos = 'pos.sft.safetensors';

describe('sft attribute', () => {
  it('leaves out one layer or kind of module at a time, and all', async () => {
    const layers = await variants('attribute', 'xx.sft.safetensors', ...on, '--with', pos);
    expect(layers.map(({ name }) => name)).toEqual([
      'whole',
      'without emb',
      'without layer 0',
      'without layer 1',
      'without all',
    ]);
    const [whole, ...blocks] = layers;
    const left = blocks.slice(0, -1).reduce((sum, { entries }) => sum + whole.entries - entries, 0);
    expect(left).toBe(whole.entries);
    const composed = ['evaluate', ...on, '--sft', pos, '--sft', 'xx.sft.safetensors', '--json'];
    const alone = ['evaluate', ...on, '--sft', pos, '--json'];
    expect(whole.value).toBe((JSON.parse(await run(...composed)) as { value: number }).value);
    expect(blocks.at(-1)?.value).toBe((JSON.parse(await run(...alone)) as { value: number }).value);
    for (const { value, against } of blocks) {
      expect(against?.difference).toBeCloseTo(value - whole.value, 12);
      expect(against?.adjusted).toBeGreaterThanOrEqual(against?.p ?? 1);
    }
    const text = await run('attribute', pos, ...on, '--by', 'module', '--sample', '10');
    expect(text).toMatch(/^without embeddings .* %/m);
    expect(text).toContain('10 examples');
  });
});

interface Evaluated {
  readonly tuned: boolean;
}

const evaluated = async (...args: string[]) =>
  JSON.parse(await run('evaluate', '--base', 'base', ...args, '--json')) as Evaluated;

describe('a file on which an SFT was looked at in several forms', () => {
  it('has tuned what is pruned by these figures, and not the SFT itself', async () => {
    copyFileSync(workspace.path('dev.conllu'), workspace.path('looked.conllu'));
    const data = ['--data', 'looked.conllu'];
    await inventSft(workspace.path('base'), workspace.path('own.sft.safetensors'), { seed: 5, labels });
    const own = 'own.sft.safetensors';
    const curve = await sft(['prune', own, '--keep', '10,20', '--base', 'base', ...data, '--role', 'dev'], {
      cwd: workspace.folder,
    });
    expect(curve.stderr).toContain('note: Whoever prunes by these figures has tuned on this file');
    // One of the curve's points, and one between them.
    for (const keep of ['10', '15']) {
      await run('prune', own, '--keep', keep, '--out', `own${keep}.sft.safetensors`);
      expect(await evaluated(...data, '--sft', `own${keep}.sft.safetensors`)).toMatchObject({ tuned: true });
      expect(await evaluated('--data', 'train.conllu', '--sft', `own${keep}.sft.safetensors`)).toMatchObject({
        tuned: false,
      });
    }
    expect(await evaluated(...data, '--sft', own)).toMatchObject({ tuned: false });
    const listed = await run('results', '--filter', 'data=looked');
    expect(listed).toMatch(/ own \(10 %\) .* looked\.conllu \(dev\) /);
  });

  it('is said to be tuned on where coefficients were chosen on it, of these SFTs or of parts of them', async () => {
    copyFileSync(workspace.path('dev.conllu'), workspace.path('swept.conllu'));
    const data = ['--base', 'base', '--data', 'swept.conllu'];
    await inventSft(workspace.path('base'), workspace.path('yy.sft.safetensors'), { seed: 6 });
    const sum = [pos, 'yy.sft.safetensors@0.5'];
    await run('compose', ...sum, '--out', 'sum.sft.safetensors');
    const tuned = async (file: string) =>
      (JSON.parse(await run('attribute', file, ...data, '--sample', '4', '--json')) as Evaluated).tuned;
    expect(await tuned('sum.sft.safetensors')).toBe(false);
    const swept = await sft(
      ['coefficients', ...sum, ...data, '--vary', 'yy=0..1:2', '--sample', '4', '--role', 'test'],
      { cwd: workspace.folder },
    );
    expect(swept.stderr).toContain('warning: swept.conllu is a test file');
    expect(await tuned('sum.sft.safetensors')).toBe(true);
    expect((await sft(['attribute', pos, ...data], { cwd: workspace.folder })).stderr).toContain(
      'note: tuned on this file',
    );
  });

  it('is marked by whoever knows that it was tuned on elsewhere', async () => {
    expect(await evaluated('--data', 'train.conllu', '--sft', pos, '--tuned')).toMatchObject({ tuned: true });
  });
});

describe('sft prune', () => {
  it('shows what pruning costs', async () => {
    const points = await variants('prune', 'xx.sft.safetensors', '--keep', '10,50,100', ...on, '--with', pos);
    expect(points.map(({ name }) => name)).toEqual(['whole', '10 %', '50 %', '100 %']);
    const [whole, tenth, half, all] = points;
    expect(tenth.entries).toBe(Math.round(whole.entries / 10));
    expect(half.entries).toBe(Math.round(whole.entries / 2));
    expect(all.value).toBe(whole.value);
    expect(all.against?.p).toBe(1);
  });

  it('writes the pruned SFT, which says what it was made of and evaluates as the curve says', async () => {
    await run('prune', pos, '--keep', '30', '--out', 'small.sft.safetensors');
    const { sft: small, metadata } = await readSft(workspace.path('small.sft.safetensors'));
    const whole = await readSft(workspace.path(pos));
    const of = entryCount(whole.sft);
    expect(entryCount(small)).toBe(Math.round(0.3 * of));
    expect(metadata).toMatchObject({
      kind: 'task',
      labels,
      k: entryCount(small),
      pruned: { name: pos, entries: of, fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    for (const measured of ['metrics', 'interval']) expect(metadata).not.toHaveProperty(measured);
    const [, point] = await variants('prune', pos, '--keep', '30', ...on);
    const found = JSON.parse(await run('evaluate', ...on, '--sft', 'small.sft.safetensors', '--json')) as Row;
    expect(found.value).toBe(point.value);
    expect(await run('inspect', 'small.sft.safetensors')).toContain(`pruned: from ${pos}`);
    expect(await run('inspect', 'small.sft.safetensors', '--lineage')).toMatch(
      new RegExp(`pruned: the largest of the [\\d,]+ entries of ${pos} \\(.*${pos}\\)`),
    );
  });

  it('says what it lacks', async () => {
    const codes = [];
    for (const args of [
      ['--keep', '10,20', '--out', 'x.sft.safetensors'],
      ['--keep', '10'],
      ['--keep', '10', '--out', pos],
      ['--keep', '10', '--out', 'train.conllu'],
    ]) {
      const { stdout } = await sft(['prune', pos, ...args, '--json'], { cwd: workspace.folder });
      codes.push((JSON.parse(stdout) as { error: { code: string } }).error.code);
    }
    expect(codes).toEqual(['prune-several', 'prune-nothing', 'compose-onto-itself', 'out-exists']);
    expect((await sft(['prune', pos, '--keep', '110'], { cwd: workspace.folder })).code).toBe(2);
  });
});
