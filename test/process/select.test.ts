import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSft } from '../../src/formats/sftFile.ts';
import { sft, sftJson } from '../support/cli.ts';
import { tinyWorkspace, type TinyWorkspace } from '../support/tinyWorkspace.ts';

let workspace: TinyWorkspace;

beforeAll(async () => {
  workspace = await tinyWorkspace(mkdtempSync(join(tmpdir(), 'sft-select-')));
});

afterAll(() => rmSync(workspace.folder, { recursive: true, force: true }));

describe('sft select', () => {
  it('changes K and ends the full phase of a live run, and its recipe says so', async () => {
    // Of any smaller K, a layer could not have its part.
    const budget = { '1': 40, emb: '10%' };
    const select = { k: 600, budget };
    const recipe = workspace.task('live', {
      full: { steps: 100_000 },
      sparse: { steps: 5 },
      select,
      keepFullPhase: true,
    });
    let answers: Promise<unknown> | undefined;
    const asks = async () => {
      const cwd = workspace.folder;
      const wrong = await sft(['select', 'live-1', '--k', '99999999'], { cwd });
      expect(wrong.stderr).toContain('K must be a whole number from 44 to');
      expect((await sft(['select', 'live-1'], { cwd })).stderr).toContain('Give --k');
      await sftJson(['select', 'live-1', '--k', '250', '--now'], { cwd });
    };
    const { code, stdout } = await sft(['train', recipe, '--json'], {
      cwd: workspace.folder,
      onLine: (line) => {
        if (line.includes('"step":3,')) answers ??= asks();
      },
    });
    await answers;
    expect(code).toBe(0);
    expect(stdout).toContain('"reason":"asked"');
    const { metadata } = await readSft(workspace.path('runs/live-1/live.sft.safetensors'));
    expect(metadata.k).toBe(250);
    expect(metadata.recipe).toMatch(/stopAfter: \d+/);
    expect(metadata.recipe).toContain('k: 250');
    expect(readFileSync(workspace.path('runs/live-1/changes.json'), 'utf8')).toContain('"k":250');
    // So do its forks.
    await sftJson(['fork', 'runs/live-1', '--seed', '8', '--recipes-only'], { cwd: workspace.folder });
    expect(readFileSync(workspace.path('runs/live-1/forks/live-s8.sft.yaml'), 'utf8')).toContain('k: 250');
    // Trained again as the file's recipe says, it is the same.
    const again = workspace.task('again', {
      full: { steps: 100_000, stopAfter: stoppedAt(metadata.recipe) },
      sparse: { steps: 5 },
      select: { k: 250, budget },
    });
    await sftJson(['train', again], { cwd: workspace.folder });
    const [first, second] = [
      await readSft(workspace.path('runs/live-1/live.sft.safetensors')),
      await readSft(workspace.path('runs/again-1/again.sft.safetensors')),
    ];
    expect([...second.sft.diffs]).toEqual([...first.sft.diffs]);
  });

  it('ends with the last K of several, and statistics say which one they are of', async () => {
    const recipe = workspace.task('twice', {
      full: { steps: 100_000 },
      sparse: { steps: 2 },
      select: { k: 600, iterations: 2 },
      report: { everySteps: 1 },
    });
    const cwd = workspace.folder;
    const twice = async () => {
      // Fewer than there are iterations: one would choose nothing.
      expect((await sft(['select', 'twice-1', '--k', '1'], { cwd })).stderr).toContain('from 2 to');
      await sftJson(['select', 'twice-1', '--k', '400'], { cwd });
      await sftJson(['select', 'twice-1', '--k', '251'], { cwd });
    };
    const asked: Promise<unknown>[] = [];
    const told = new Set<number>();
    const once = (work: () => Promise<unknown>, count: number) => {
      if (asked.length === count) asked.push(work());
    };
    const now = () => sftJson(['select', 'twice-1', '--now'], { cwd });
    const { code } = await sft(['train', recipe, '--json'], {
      cwd,
      onLine: (line) => {
        const event = JSON.parse(line) as { type?: string; k?: number; iteration?: number };
        if (event.type !== 'mask') return;
        told.add(event.k ?? NaN);
        once(twice, 0);
        if (event.k === 125) once(now, 1);
        // Each full phase is asked on its own.
        if (event.iteration === 2) once(now, 2);
      },
    });
    await Promise.all(asked);
    expect(code).toBe(0);
    expect([...told].at(0)).toBe(300);
    expect([...told].at(-1)).toBe(125);
    const { metadata } = await readSft(workspace.path('runs/twice-1/twice.sft.safetensors'));
    expect(metadata.k).toBe(250);
    expect(asked).toHaveLength(3);
  });

  it('keeps a K that was asked for when the run is killed before it chooses, and refuses one that comes too late', async () => {
    const recipe = workspace.task('killed', {
      full: { steps: 100_000 },
      sparse: { steps: 300 },
      report: { everySteps: 1 },
      checkpoint: { everySteps: 1 },
    });
    const cwd = workspace.folder;
    const asked: Promise<unknown>[] = [];
    const train = ['train', recipe, '--out', workspace.path('runs/killed-1'), '--json'];
    const killed = await sft(train, {
      cwd,
      onLine(line, child) {
        const event = JSON.parse(line) as { type?: string; k?: number };
        if (event.type !== 'mask') return;
        if (asked.length === 0) asked.push(sft(['select', 'killed-1', '--k', '321'], { cwd }));
        if (event.k === 321) child.kill('SIGKILL');
      },
    });
    expect(killed.signal).toBe('SIGKILL');
    const late: Promise<string>[] = [];
    const { stdout, code } = await sft([...train, '--resume'], {
      cwd,
      onLine(line) {
        const event = JSON.parse(line) as { type?: string };
        if (event.type === 'mask' && asked.length === 1)
          asked.push(sftJson(['select', 'killed-1', '--now'], { cwd }));
        if (event.type === 'select')
          for (const what of [['--k', '5'], ['--now']])
            late.push(sft(['select', 'killed-1', ...what], { cwd }).then(({ stderr }) => stderr));
      },
    });
    await Promise.all(asked);
    expect(code).toBe(0);
    expect(stdout).toContain('"k":321');
    for (const refusal of await Promise.all(late))
      expect(refusal).toContain('The mask has been chosen already');
    expect((await readSft(workspace.path('runs/killed-1/killed.sft.safetensors'))).metadata.k).toBe(321);
  });
});

function stoppedAt(recipe = ''): number {
  return Number(/stopAfter: (\d+)/.exec(recipe)?.[1]);
}
