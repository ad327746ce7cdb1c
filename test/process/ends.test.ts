import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { awaitRunEnd } from '../../src/runs/runEnd.ts';
import { cliFile, startSft } from '../support/cli.ts';
import { isAt, liveWorkspace, until, watchRun } from '../support/liveRuns.ts';
import { writeTinyBase } from '../support/tinyWorkspace.ts';
import { mayMount, ownMounts } from './mayMount.ts';
import { eventsOf, runResult } from './killed-run.ts';

const soon = { full: { steps: 3000 }, checkpoint: { everySteps: 500 }, validate: { everySteps: 100_000 } };
const endless = {
  full: { steps: 100_000 },
  checkpoint: { everySteps: 100_000 },
  validate: { everySteps: 100_000 },
};

describe('a run whose folder is deleted while it runs', () => {
  it('ends with a sentence, is no longer in the list, and makes no folder anew', async () => {
    const workspace = await liveWorkspace();
    const child = startSft(['train', workspace.task('pos', soon), '--out', 'out', '--yes'], {
      cwd: workspace.folder,
    });
    const said: string[] = [];
    child.stderr?.setEncoding('utf8').on('data', (text: string) => said.push(text));
    const closed = once(child, 'close');
    const { when } = await watchRun(await workspace.reach('out'));
    await when('the full phase', isAt('full', 3));
    rmSync(workspace.path('out'), { recursive: true });
    expect(await closed).toEqual([1, null]);
    expect(said.join('')).toMatch(/sft: .*out.*: The record of this run was deleted while it trained/);
    expect(said.join('')).not.toMatch(/bug|ENOENT/);
    expect(existsSync(workspace.path('out'))).toBe(false);
    expect(await workspace.json('runs')).toEqual({ live: [], past: [] });
  });

  it('ends by itself, detached as it is', async () => {
    const workspace = await liveWorkspace();
    await workspace.detach(workspace.task('pos', endless), 'out');
    const { when } = await watchRun(await workspace.reach('out'));
    await when('the full phase', isAt('full', 3));
    rmSync(workspace.path('out'), { recursive: true });
    await workspace.gone('out');
    expect(existsSync(workspace.path('out'))).toBe(false);
  });
});

describe('a run on another host', () => {
  const foreign = { host: 'elsewhere.example', namespace: null, pid: 4711, started: null, token: 'theirs' };

  it('is resumed only if that is forced', async () => {
    const workspace = await liveWorkspace();
    const recipe = workspace.task('pos');
    await workspace.json('train', recipe, '--out', 'out');
    const result = await runResult(workspace.path('out'));
    for (const name of readdirSync(workspace.path('out')))
      if (!name.startsWith('recipe')) rmSync(workspace.path('out', name));
    const owner = workspace.path('out/owner-1.json');
    writeFileSync(owner, JSON.stringify(foreign));
    for (const command of [
      ['train', recipe, '--resume', '--out', 'out'],
      ['train', workspace.path('out/recipe.yaml'), '--resume', '--detach'],
      ['resume', 'out'],
    ]) {
      const { code, stderr } = await workspace.run(command);
      expect(code).toBe(1);
      expect(stderr).toMatch(/in process 4711 on elsewhere\.example/);
    }
    const { past } = (await workspace.json('runs', '.')) as { past: unknown[] };
    expect(past).toMatchObject([{ status: 'running', note: 'process 4711 on elsewhere.example' }]);
    await workspace.json('train', recipe, '--resume', '--out', 'out', '--force');
    expect((await runResult(workspace.path('out'))).sft).toEqual(result.sft);
  });

  it('cannot be taken from a process of this computer by force', async () => {
    const workspace = await liveWorkspace();
    const recipe = workspace.task('pos', endless);
    const { pid } = await workspace.detach(recipe, 'out');
    const { code, stderr } = await workspace.run(['train', recipe, '--resume', '--out', 'out', '--force']);
    expect(code).toBe(1);
    expect(stderr).toMatch(`in process ${pid}.`);
    expect(hostname()).not.toBe('');
  });
});

describe('a process that crashes', () => {
  it.each([
    ['SIGTRAP', /ended by a trap/],
    ['SIGSEGV', /ended by signal SIGSEGV/],
  ] as const)('by %s: the run says so, with the last lines of its log', async (signal, sentence) => {
    const workspace = await liveWorkspace();
    const { pid } = await workspace.detach(workspace.task('pos', endless), 'out');
    const { when } = await watchRun(await workspace.reach('out'));
    await when('the full phase', isAt('full', 3));
    process.kill(pid, signal);
    await workspace.gone('out');
    const { outcome, cause } = await awaitRunEnd(workspace.path('out'));
    expect(outcome).toBe('interrupted');
    expect(cause?.what).toMatch(sentence);
    expect(cause?.log.length).toBeGreaterThan(0);
  });
});

const possible = mayMount();

describe.skipIf(!possible)(`a disk that gets full${possible ? '' : ' (no disk can be mounted here)'}`, () => {
  it('ends the run with a sentence; with room again it goes on from its checkpoint to the same result', async () => {
    const workspace = await liveWorkspace();
    const recipe = workspace.task('pos', {
      full: { steps: 200 },
      sparse: { steps: 200 },
      checkpoint: { everySteps: 20 },
    });
    await workspace.json('train', recipe, '--out', 'undisturbed', '--threads', '1');
    mkdirSync(workspace.path('disk'));
    const script = join(import.meta.dirname, 'run-folder-full.ts');
    const args = [...ownMounts, process.execPath, script, workspace.path('disk'), recipe, cliFile];
    const env = { ...process.env, SFT_HOME: workspace.home.home };
    const found = JSON.parse(
      execFileSync('unshare', args, { cwd: workspace.folder, env, encoding: 'utf8' }),
    ) as Record<string, unknown>;
    expect(found.code).toBe(1);
    expect(found.stderr).toMatch(/the disk is full or your quota is used up/);
    expect(found.stderr).not.toMatch(/This is a bug/);
    expect(found.resumed).toBe(0);
    const { sft: bits } = await runResult(workspace.path('undisturbed'));
    expect(found.bits).toEqual(bits);
  });

  it.each([
    ['fails by that', 'SIGCONT', 'failed', /the disk is full or your quota is used up/],
    ['is killed then', 'SIGKILL', 'interrupted', /was killed, probably because .* out of memory/],
  ] as const)('has a detached run that %s say so', async (_, signal, outcome, sentence) => {
    const workspace = await liveWorkspace();
    const recipe = workspace.task('pos', { ...endless, checkpoint: { everySteps: 20 } });
    mkdirSync(workspace.path('disk'));
    const script = join(import.meta.dirname, 'run-folder-full-detached.ts');
    const args = [...ownMounts, process.execPath, script, workspace.path('disk'), recipe, cliFile, signal];
    const env = { ...process.env, SFT_HOME: workspace.home.home };
    const found = JSON.parse(
      execFileSync('unshare', args, { cwd: workspace.folder, env, encoding: 'utf8' }),
    ) as Record<string, unknown>;
    expect(found).toMatchObject({ outcome, resumable: true });
    expect(found.what).toMatch(sentence);
    expect(found.advice).toMatch(/Resume goes on from the last checkpoint/);
    if (signal === 'SIGCONT') expect(found.leftovers).toEqual([]);
  });
});

describe('an update in the middle of a run', () => {
  it('does it no harm: all of its code was loaded before it waited for the machine', async () => {
    const workspace = await liveWorkspace();
    // So many entries that a phase's work is done on several threads.
    await writeTinyBase(workspace.path('wide'), 1, { hidden_size: 256, intermediate_size: 4096 });
    await workspace.detach(workspace.task('long', endless), 'first');
    const copy = workspace.path('copy');
    cpSync(resolve(cliFile, '..'), join(copy, 'dist'), { recursive: true });
    symlinkSync(resolve(import.meta.dirname, '../../node_modules'), join(copy, 'node_modules'));
    writeFileSync(join(copy, 'package.json'), '{"type":"module"}');
    const recipe = workspace.task('wide', { base: './wide', full: { steps: 3 }, sparse: { steps: 3 } });
    const args = [join(copy, 'dist/cli.js'), 'train', recipe, '--out', 'wide-run', '--threads', '2', '--yes'];
    const env = { ...process.env, SFT_HOME: workspace.home.home };
    const child = spawn(process.execPath, args, {
      cwd: workspace.folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const said: string[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => said.push(text));
    const closed = once(child, 'close');
    await until('it waits for the machine', () => said.join('').includes('waiting for the machine'));
    rmSync(copy, { recursive: true });
    await workspace.json('stop', 'first');
    expect(await closed, said.join('')).toEqual([0, null]);
    expect(eventsOf(workspace.path('wide-run')).at(-1)).toMatchObject({ type: 'done' });
    expect(readFileSync(workspace.path('wide-run/events.jsonl'), 'utf8')).not.toContain('failed');
  });
});
