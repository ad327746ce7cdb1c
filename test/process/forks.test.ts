import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { placeOf } from '../../src/core/density.ts';
import { readSft } from '../../src/formats/sftFile.ts';
import { sft, sftJson } from '../support/cli.ts';
import { tinyWorkspace, type TinyWorkspace } from '../support/tinyWorkspace.ts';

let workspace: TinyWorkspace;
const run = (...args: string[]) => sft(args, { cwd: workspace.folder });
const json = (...args: string[]) => sftJson(args, { cwd: workspace.folder });
const sftOf = (folder: string, name: string) =>
  readSft(workspace.path('runs', folder, `${name}.sft.safetensors`));

beforeAll(async () => {
  workspace = await tinyWorkspace(mkdtempSync(join(tmpdir(), 'sft-forks-')));
  await json('train', workspace.task('pos', { keepFullPhase: true }), '--threads', '1');
});

afterAll(() => rmSync(workspace.folder, { recursive: true, force: true }));

describe('a kept full phase', () => {
  it('takes about 1.1 bytes an entry', async () => {
    const { metadata } = await sftOf('pos-1', 'pos');
    const maskable = (metadata.k ?? 0) / (metadata.density ?? 1);
    const bytes = readFileSync(workspace.path('runs/pos-1/full-phase.safetensors'));
    // Of so small a model the names take more than the numbers.
    const header = 8 + Number(bytes.readBigUInt64LE(0));
    expect(bytes.length - header).toBeLessThan(1.15 * maskable);
    expect(readFileSync(workspace.path('runs/pos-1/events.jsonl'), 'utf8')).toContain('"type":"kept"');
  });

  it('gives forks that are bit for bit what a run of their own would be', async () => {
    await json(
      'train',
      workspace.task('direct', { select: { k: 300 }, keepFullPhase: false }),
      '--threads',
      '1',
    );
    expect(existsSync(workspace.path('runs/direct-1/full-phase.safetensors'))).toBe(false);
    await json('fork', 'runs/pos-1', '--k', '300,600', '--threads', '1');
    const direct = await sftOf('direct-1', 'direct');
    const fork = await sftOf('pos-k300-1', 'pos-k300');
    expect([...fork.sft.diffs]).toEqual([...direct.sft.diffs]);
    expect([...fork.sft.abs]).toEqual([...direct.sft.abs]);
    expect((await sftOf('pos-k600-1', 'pos-k600')).sft).toEqual((await sftOf('pos-1', 'pos')).sft);
    // All of them have one full phase.
    const ids = new Set(
      [direct, fork, await sftOf('pos-1', 'pos')].map(({ metadata }) => metadata.fullPhase),
    );
    expect(ids.size).toBe(1);
    const events = readFileSync(workspace.path('runs/pos-k300-1/events.jsonl'), 'utf8');
    expect(events).not.toContain('"phase":"full"');
  });

  it('gives the fair random control, other seeds, and masks within some layers', async () => {
    const random = { select: { k: 300, by: 'randomPerTensor' }, keepFullPhase: false };
    await json('train', workspace.task('control', random), '--threads', '1');
    await json('fork', 'runs/pos-1', '--k', '300', '--by', 'randomPerTensor,random', '--threads', '1');
    const control = await sftOf('control-1', 'control');
    const fork = await sftOf('pos-k300-randomPerTensor-1', 'pos-k300-randomPerTensor');
    expect([...fork.sft.diffs]).toEqual([...control.sft.diffs]);
    expect((await sftOf('pos-k300-random-1', 'pos-k300-random')).metadata.k).toBe(300);
    await json('fork', 'runs/pos-1', '--seed', '8', '--within', '1', '--threads', '1');
    const within = await sftOf('pos-s8-in-1-1', 'pos-s8-in-1');
    const named = [...within.sft.diffs].filter(([, { indices }]) => indices.length > 0);
    expect(named.length).toBeGreaterThan(0);
    expect(named.every(([name]) => name.includes('encoder.layer.1.'))).toBe(true);
  });

  it('gives layers a budget, as a run of its own does', async () => {
    const budget = { emb: '25%', '1': 40 };
    const select = { k: 300, budget };
    await json('train', workspace.task('budget', { select, keepFullPhase: false }), '--threads', '1');
    const flags = ['--k', '300', '--budget', 'emb=25%,1=40', '--threads', '1'];
    await json('fork', 'runs/pos-1', ...flags);
    await json('fork', 'runs/pos-1', ...flags, '--by', 'randomPerTensor');
    const direct = await sftOf('budget-1', 'budget');
    const name = 'pos-k300-budget-emb-25pc_1-40';
    const fork = await sftOf(`${name}-1`, name);
    expect([...fork.sft.diffs]).toEqual([...direct.sft.diffs]);
    const random = 'pos-k300-randomPerTensor-budget-emb-25pc_1-40';
    for (const { sft: of } of [direct, fork, await sftOf(`${random}-1`, random)]) {
      const rows = { emb: 0, '0': 0, '1': 0 };
      for (const [parameter, { indices }] of of.diffs)
        rows[placeOf(parameter).row as keyof typeof rows] += indices.length;
      expect(rows).toEqual({ emb: 75, '0': 185, '1': 40 });
    }
    const { masks } = (await json('masks', 'runs/pos-1', '--k', '300', '--budget', 'emb=25%,1=40')) as {
      masks: { places: { row: string; entries: number }[] }[];
    };
    const inLast = masks[0].places.filter(({ row }) => row === '1');
    expect(inLast.reduce((sum, { entries }) => sum + entries, 0)).toBe(40);
  });

  it('tells what masks of other sizes would be', async () => {
    const { masks } = (await json('masks', 'runs/pos-1', '--k', '300,600')) as {
      masks: { k: number; threshold: number; places: { entries: number }[] }[];
    };
    expect(masks.map(({ places }) => places.reduce((sum, { entries }) => sum + entries, 0))).toEqual([
      300, 600,
    ]);
    expect(masks[0].threshold).toBeGreaterThan(masks[1].threshold);
    expect((await run('fork', 'base', '--k', '100')).stderr).toContain('There is no run in this folder');
    const large = await run('masks', 'runs/pos-1', '--k', '99999999');
    expect(large.stderr).toContain('A mask of 99999999 entries was asked for');
    expect((await run('masks', 'runs/pos-1', '--k', '300', '--density', '0.1')).code).toBe(2);
    const { code, stdout } = await run('masks', 'runs/pos-1');
    expect(code).toBe(0);
    expect(stdout).toMatch(/threshold.*e-/);
  });

  it('gives forks that would take many hours together only with --yes', async () => {
    const days = workspace.task('days', { sparse: { steps: 100_000_000 }, keepFullPhase: true });
    const stopped = await sft(['train', days, '--json', '--yes', '--threads', '1'], {
      cwd: workspace.folder,
      onLine: (line, child) => {
        if (line.includes('"kept"')) child.kill('SIGINT');
      },
    });
    expect(stopped.code).toBe(130);
    const refused = await run('fork', 'runs/days-1', '--seed', '8,9', '--json', '--detach');
    expect({ code: refused.code, told: JSON.parse(refused.stdout) as unknown }).toMatchObject({
      code: 1,
      told: {
        error: {
          code: 'train-confirm',
          what: expect.stringMatching(/^These 2 runs have 200000000 steps and will take about \d/),
        },
      },
    });
    expect(existsSync(workspace.path('runs/days-s8-1'))).toBe(false);
    const started = await sft(['fork', 'runs/days-1', '--seed', '8', '--json', '--yes'], {
      cwd: workspace.folder,
      onLine: (_, child) => child.kill('SIGINT'),
    });
    expect(started.code).toBe(130);
    expect(existsSync(workspace.path('runs/days-s8-1'))).toBe(true);
  });

  it.each([
    [['fork', 'runs/direct-1', '--k', '5'], /has not kept/],
    [['fork', 'runs/pos-1', '--density', '0.9'], /knows the order of/],
    [['fork', 'runs/pos-1', '--by', 'best'], /lottery, random, randomPerTensor/],
    [['fork', 'runs/pos-1', '--budget', 'emb'], /such as emb=10%,0-5=2000/],
    [['fork', 'runs/pos-1', '--k', '50', '--budget', 'emb=20,1=40'], /gives away 60 entries/],
    [['fork', 'runs/pos-1', '--k', '50', '--budget', '7=20'], /20 entries to 7, where 0 may/],
    [['masks', 'runs/pos-1', '--k', '50', '--budget', 'emb=60'], /gives away 60 entries/],
    [['masks', 'nowhere'], /There is no file or folder .*nowhere/],
    [['fork', 'nowhere', '--k', '5'], /There is no file or folder .*nowhere/],
  ])('sft %j says what is wrong', async (args, message) => {
    const { code, stderr } = await run(...args);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(message);
  });

  it('of another base or task is refused', async () => {
    const other = await tinyWorkspace(workspace.path('elsewhere'), 9);
    const recipe = other.task('pos', { full: { from: workspace.path('runs/pos-1/full-phase.safetensors') } });
    const { code, stderr } = await sft(['train', recipe], { cwd: other.folder });
    expect(code).toBe(1);
    expect(stderr).toContain('another base model');
  });
});
