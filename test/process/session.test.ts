import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SftProblem } from '../../src/extension/programs/programs.ts';
import { newSession, type Session } from '../../src/extension/programs/session.ts';
import { writeChanges } from '../../src/runs/changes.ts';
import { sft } from '../support/cli.ts';
import { tinyWorkspace, type TinyWorkspace } from '../support/tinyWorkspace.ts';

const dist = resolve(import.meta.dirname, '../../dist');
let workspace: TinyWorkspace;
let session: Session;
const said: string[] = [];
const before = { SFT_HOME: process.env.SFT_HOME, HF_HOME: process.env.HF_HOME };

beforeAll(async () => {
  workspace = await tinyWorkspace(mkdtempSync(join(tmpdir(), 'sft session é#-')));
  process.env.SFT_HOME = workspace.path('.sft-home');
  process.env.HF_HOME = workspace.path('hf');
  const trained = async (recipe: string) => {
    const { code, stderr } = await sft(['train', recipe], { cwd: workspace.folder });
    expect(code, stderr).toBe(0);
  };
  await trained(workspace.language('xx'));
  await trained(workspace.task('pos', { apply: ['runs/xx-1/xx.sft.safetensors'] }));
  session = newSession(dist, (line) => said.push(line));
});

afterAll(() => {
  session.dispose();
  for (const [name, value] of Object.entries(before)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  rmSync(workspace.folder, { recursive: true, force: true });
});

const language = () => workspace.path('runs/xx-1/xx.sft.safetensors');
const task = () => workspace.path('runs/pos-1/pos.sft.safetensors');

describe("a window's session", () => {
  it('runs in the Node that it is told, once for all who ask at the same time', async () => {
    let asked = 0;
    const told = newSession(
      dist,
      () => undefined,
      () => 10,
      async () => {
        asked++;
        return { path: process.execPath, electron: false };
      },
    );
    const files = [task()];
    const both = Promise.all([1, 2].map(() => told.ask('listSfts', { files, only: true })));
    // Those alone, without the library's.
    expect((await both).map((listed) => listed.map(({ path }) => path))).toEqual([files, files]);
    await told.ask('listSfts', { files, only: true });
    expect(asked).toBe(2);
    told.dispose();
  });

  it('lists SFTs from their headers, those of the library with them, and says why one cannot be read', async () => {
    const library = workspace.path('.sft-home/library');
    mkdirSync(library, { recursive: true });
    copyFileSync(language(), join(library, 'kept.sft.safetensors'));
    const broken = workspace.path('broken.sft.safetensors');
    writeFileSync(broken, 'nothing of the sort');
    const listed = await session.ask('listSfts', { files: [task(), broken] });
    expect(listed.map(({ path }) => path)).toEqual([task(), broken, join(library, 'kept.sft.safetensors')]);
    expect(listed[0]).toMatchObject({
      found: {
        name: 'pos',
        kind: 'task',
        base: 'base',
        entries: 600,
        labels: 5,
        metrics: { accuracy: expect.any(Number) },
        parts: [{ name: 'xx.sft.safetensors', coefficient: 1 }],
      },
    });
    expect(listed[1]).toMatchObject({
      problem: { what: expect.stringContaining(broken), advice: expect.stringMatching(/./) },
    });
    expect(listed[2]).toMatchObject({ found: { name: 'kept', kind: 'language', language: 'xx' } });
  });

  it('lists runs with how they ended, and base models with what they are', async () => {
    const folders = [workspace.path('runs/pos-1'), workspace.path('nowhere')];
    const [run, missing] = await session.ask('listRuns', { folders });
    expect(run).toMatchObject({
      found: {
        name: 'pos',
        kind: 'task',
        end: { outcome: 'done' },
        sft: task(),
        metrics: { accuracy: expect.any(Number) },
      },
    });
    expect(missing).toMatchObject({ problem: { code: 'file-missing' } });
    const snapshot = workspace.path('hf/hub/models--org--tiny/snapshots/0123');
    mkdirSync(snapshot, { recursive: true });
    copyFileSync(workspace.path('base/config.json'), join(snapshot, 'config.json'));
    const bases = await session.ask('listBases', {
      folders: [workspace.path('base'), workspace.path('runs')],
    });
    expect(bases).toMatchObject([
      { found: { name: 'base', modelType: 'bert', layers: 2 } },
      { found: { name: 'org/tiny', folder: snapshot } },
    ]);
  });

  it('lists of many runs those that were written last, and says how many it left out', async () => {
    const copies = Array.from({ length: 5 }, (_, i) => workspace.path(`many/runs/pos-${i}`));
    for (const [i, copy] of copies.entries()) {
      mkdirSync(copy, { recursive: true });
      for (const file of ['recipe.yaml', 'events.jsonl'])
        copyFileSync(workspace.path(`runs/pos-1/${file}`), join(copy, file));
      utimesSync(join(copy, 'events.jsonl'), 1000 + i, 1000 + i);
    }
    const { runs, left } = await session.ask('recentRuns', { folders: copies, most: 2 });
    expect(runs.map(({ path }) => path)).toEqual([copies[4], copies[3]]);
    expect(runs[0]).toMatchObject({ found: { end: { outcome: 'done' } } });
    expect(left).toBe(3);
  });

  it('tells how far a run is that another computer works on', async () => {
    const folder = workspace.path('shared/runs/pos-1');
    mkdirSync(folder, { recursive: true });
    copyFileSync(workspace.path('runs/pos-1/recipe.yaml'), join(folder, 'recipe.yaml'));
    const lines = readFileSync(workspace.path('runs/pos-1/events.jsonl'), 'utf8').split('\n');
    const half = lines.findIndex((line) => line.includes('"rewind"'));
    writeFileSync(join(folder, 'events.jsonl'), `${lines.slice(0, half).join('\n')}\n`);
    const owner = { host: 'node7.example', namespace: null, pid: 4711, started: null, token: 'theirs' };
    writeFileSync(join(folder, 'owner-1.json'), JSON.stringify(owner));
    expect(await session.ask('listRuns', { folders: [folder] })).toMatchObject([
      {
        found: {
          end: null,
          elsewhere: {
            host: 'node7.example',
            progress: { phase: 'full', done: 12, steps: 24, phaseDone: 12, phaseSteps: 12 },
          },
        },
      },
    ]);
  });

  it('lists the runs of sweeps that nobody has started', async () => {
    const plan = (sweep: string, ...names: readonly string[]) => {
      const folder = workspace.path('sweeps', sweep);
      mkdirSync(folder, { recursive: true });
      const file = join(folder, 'plan.json');
      const runs = names.map((name) => ({ name, needs: null }));
      writeFileSync(file, JSON.stringify({ version: 1, threads: 1, runs }));
      return file;
    };
    const plans = [plan('half', 'a', 'b', 'c'), plan('new', 'a'), plan('whole', 'a')];
    for (const run of ['half/runs/b', 'half/runs/c', 'whole/runs/a'])
      mkdirSync(workspace.path('sweeps', run), { recursive: true });
    // A cluster's folders are made before their jobs: c still waits.
    for (const run of ['half/runs/b', 'whole/runs/a'])
      writeFileSync(workspace.path('sweeps', run, 'log.txt'), '');
    const other = workspace.path('sweeps/other.json');
    writeFileSync(other, 'nonsense');
    expect(await session.ask('waitingRuns', { plans: [...plans, other] })).toEqual([
      { folder: workspace.path('sweeps/half'), names: ['a', 'c'] },
      { folder: workspace.path('sweeps/new'), names: ['a'] },
    ]);
  });

  it('shows a finished run whole, from its folder alone', async () => {
    const { heading, view, end } = await session.ask('openRun', { folder: workspace.path('runs/pos-1') });
    expect(heading).toMatchObject({
      name: 'pos',
      kind: 'task',
      task: 'tagging',
      base: 'base',
      metric: 'accuracy',
    });
    expect(end).toEqual({ outcome: 'done', cause: null, resumable: false });
    expect(view.run).toMatchObject({ status: 'done', phases: [{ done: 12 }, { done: 12 }] });
    expect(view.series.map(({ counts }) => counts.length)).toEqual([12, 12]);
    expect(view.masks.frames.at(-1)?.counts.reduce((a, b) => a + b)).toBe(600);
    expect(await session.ask('runRecipe', { folder: heading.folder })).toMatch(/^kind: task$/m);
  });

  it('shows the recipe of a run with what was changed while it trained', async () => {
    const folder = workspace.path('changed');
    mkdirSync(folder);
    copyFileSync(workspace.path('runs/pos-1/recipe.yaml'), join(folder, 'recipe.yaml'));
    await writeChanges(folder, { k: 450 });
    const text = await session.ask('runRecipe', { folder });
    expect(text).toMatch(/^# Changed while it trained:\n# {3}select\.k: 450\n\n/);
    expect(text).toContain(readFileSync(join(folder, 'recipe.yaml'), 'utf8'));
  });

  it('knows what depends on an SFT: what was made with it, and recipes that apply it', async () => {
    const recipes = [workspace.path('pos.sft.yaml'), workspace.path('xx.sft.yaml')];
    const found = await session.ask('dependents', {
      runs: [],
      benches: [],
      notebooks: [],
      files: [language()],
      sfts: [task(), language()],
      recipes,
    });
    expect(found).toEqual([
      { file: task(), on: language(), how: 'applied' },
      { file: workspace.path('pos.sft.yaml'), on: language(), how: 'recipe' },
    ]);
  });

  it('deletes so that it can be undone, and never over something else', async () => {
    const copy = workspace.path('copy.sft.safetensors');
    copyFileSync(task(), copy);
    const ids = await session.ask('trash', { paths: [copy] });
    expect(existsSync(copy)).toBe(false);
    writeFileSync(copy, 'something else');
    await expect(session.ask('restore', { ids })).rejects.toMatchObject({ code: 'trash-taken' });
    rmSync(copy);
    expect(await session.ask('restore', { ids })).toEqual([copy]);
    expect(existsSync(copy)).toBe(true);
    await expect(session.ask('restore', { ids })).rejects.toBeInstanceOf(SftProblem);
  });

  it('says of a deletion that is cancelled what had gone by then, and of its undoing too', async () => {
    const copies = Array.from({ length: 20 }, (_, i) => workspace.path(`copy-${i}.sft.safetensors`));
    for (const copy of copies) copyFileSync(task(), copy);
    const gone = () => copies.filter((copy) => !existsSync(copy));
    const cancelled = async (method: 'trash' | 'restore', all: readonly string[]) => {
      const end = new AbortController();
      const done =
        method === 'trash'
          ? session.ask(method, { paths: all }, end.signal)
          : session.ask(method, { ids: all }, end.signal);
      end.abort();
      return done;
    };
    const ids = await cancelled('trash', copies);
    expect(gone()).toEqual(copies.slice(0, ids.length));
    const restored = await cancelled('restore', ids);
    expect(gone()).toEqual(copies.slice(restored.length, ids.length));
    await session.ask('restore', { ids: ids.slice(restored.length) });
    expect(gone()).toEqual([]);
  });

  it('answers again after it has died', async () => {
    const mortal = newSession(dist, () => undefined);
    const { version } = await mortal.ask('hello');
    expect(version).toBe(1);
    mortal.dispose();
    expect(await mortal.ask('hello')).toEqual({ version });
    mortal.dispose();
  });
});
