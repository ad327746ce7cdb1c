import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readlinkSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { readRunEnd } from '../../src/runs/runEnd.ts';
import { runPaths } from '../../src/runs/runFolder.ts';
import { readRunView } from '../../src/runs/readRun.ts';
import { liveEntryOf, liveFile } from '../../src/home/liveEntries.ts';
import { cliFile, startSft } from '../support/cli.ts';
import { isAt, liveWorkspace, parentOf, until, watchRun, type LiveWorkspace } from '../support/liveRuns.ts';
import { eventsOf } from './killed-run.ts';

const endless = {
  full: { steps: 100_000 },
  checkpoint: { everySteps: 100_000 },
  validate: { everySteps: 100_000 },
};

let workspace: LiveWorkspace;
let recipe: string;

beforeEach(async () => {
  workspace = await liveWorkspace();
  recipe = workspace.task('pos', endless);
});

function mode(path: string): number {
  return statSync(path).mode & 0o777;
}

/** Whether a run makes steps. */
async function goesOn(out: string): Promise<void> {
  const client = await workspace.reach(out);
  const { done } = await client.progress();
  await until(`${out} makes steps`, async () => (await client.progress()).done > done + 2);
  client.close();
}

describe('sft train --detach', () => {
  it.skipIf(process.platform === 'win32')('outlives the processes that started it', async () => {
    const command = `"${process.execPath}" "${cliFile}" train "${recipe}" --out out --yes --detach && echo started && sleep 1000`;
    const shell = spawn('sh', ['-c', command], {
      cwd: workspace.folder,
      env: { ...process.env, SFT_HOME: workspace.home.home },
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void shell.kill('SIGKILL'));
    await until('it has started', async () =>
      String((await once(shell.stdout, 'data'))[0]).includes('started'),
    );
    for (const signal of ['SIGHUP', 'SIGKILL'] as const) {
      const closed = shell.exitCode === null && shell.signalCode === null ? once(shell, 'exit') : undefined;
      if (closed !== undefined && shell.pid !== undefined) process.kill(-shell.pid, signal);
      await closed;
    }
    await goesOn('out');
  });

  it.skipIf(process.platform === 'win32')('takes a start back that is interrupted', async () => {
    const { folder, home } = workspace;
    const starting = startSft(['train', recipe, '--out', 'out', '--yes', '--detach'], {
      cwd: folder,
      env: { SFT_HOME: home.home },
    });
    await until('the run is spawned', () => existsSync(join(folder, 'out/log.txt')));
    starting.kill('SIGTERM');
    const [code] = (await once(starting, 'exit')) as [number | null];
    expect(code).toBe(130);
    await until('nothing works on it', async () =>
      ['stopped', 'interrupted'].includes((await readRunEnd(join(folder, 'out'))).outcome),
    );
    expect(await liveEntryOf(home.live, join(folder, 'out'))).toBeUndefined();
  });

  it.skipIf(process.platform !== 'linux')('takes nothing along of who started it', async () => {
    const env = { NODE_OPTIONS: '--no-deprecation', VSCODE_IPC_HOOK: 'x', VSCODE_PID: '1', KEPT: 'yes' };
    // It returns when nobody holds its outputs any longer.
    const { code } = await workspace.run(['train', recipe, '--out', 'out', '--yes', '--detach'], { env });
    expect(code).toBe(0);
    const { pid, folder } = await workspace.entry('out');
    for (const process of [pid, parentOf(pid)]) {
      const environment = readFileSync(`/proc/${process}/environ`, 'utf8').split('\0');
      expect(environment.filter((one) => /^(NODE_OPTIONS|VSCODE_)/.test(one))).toEqual([]);
      expect(environment).toContain('KEPT=yes');
      expect(readlinkSync(`/proc/${process}/fd/0`)).toBe('/dev/null');
      for (const fd of [1, 2])
        expect(readlinkSync(`/proc/${process}/fd/${fd}`)).toBe(runPaths(folder, '').log);
      expect(readlinkSync(`/proc/${process}/cwd`)).toBe(folder);
    }
  });

  it('takes its place among other runs along', async () => {
    await workspace.detach(recipe, 'out');
    await goesOn('out');
    const start = (out: string, ...flags: readonly string[]) =>
      workspace.run(['train', recipe, '--out', out, '--yes', '--detach', ...flags]);
    for (const [out, priority] of [
      ['low', '1'],
      ['high', '5'],
    ] as const)
      expect((await start(out, '--priority', priority)).code).toBe(0);
    const waiting = async () => {
      const { live } = (await workspace.json('runs', '.')) as {
        live: { folder: string; position: number | null }[];
      };
      return new Map(live.map(({ folder, position }) => [folder, position]));
    };
    await until('both wait, the one of higher priority before the other', async () => {
      const places = await waiting();
      return places.get(workspace.path('high')) === 1 && places.get(workspace.path('low')) === 2;
    });
    expect((await start('now', '--no-queue')).code).toBe(0);
    await goesOn('now');
    for (const out of ['out', 'low', 'high', 'now']) await workspace.json('cancel', out);
  });

  it('says why a run cannot start, or did not come far', async () => {
    await workspace.detach(recipe, 'out');
    await workspace.json('stop', 'out');
    const text = readFileSync(workspace.path('train.conllu'), 'utf8');
    writeFileSync(workspace.path('train.conllu'), text.replaceAll('NOUN', 'VERB'));
    // It fails within moments: before it could be seen, or just after.
    const resumed = await workspace.run(['resume', 'out']);
    if (resumed.code !== 0) expect(resumed.stderr).toMatch(/The label "NOUN" does not occur/);
    await workspace.gone('out');
    const past = async () => {
      const found = (await workspace.json('runs', '.')) as { past: { folder: string }[] };
      return found.past.find(({ folder }) => folder === workspace.path('out'));
    };
    const { past: found } = (await workspace.json('runs', 'out')) as { past: { folder: string }[] };
    expect(found.map(({ folder }) => folder)).toEqual([workspace.path('out')]);
    expect(await past()).toMatchObject({
      status: 'failed',
      note: expect.stringMatching(/The label "NOUN" does not occur in the training data/),
    });
    writeFileSync(workspace.path('train.conllu'), text);
    writeFileSync(workspace.path('out/recipe.yaml'), 'kind: [');
    const { code, stderr } = await workspace.run(['resume', 'out']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/log\.txt: The run ended before it could be seen: .*recipe\.yaml:1: /);
    writeFileSync(workspace.path('out/checkpoint/state.json'), 'nonsense');
    expect((await workspace.run(['resume', 'out'])).stderr).toMatch(
      /The checkpoint cannot be used: it is not JSON/,
    );
    expect(await past()).toMatchObject({
      status: 'unreadable',
      note: expect.stringMatching(/it is not JSON/),
    });
  });

  it.each(['pos-1', 'pos'])('resumes a stopped run in runs by the name %s', async (name) => {
    const run = join('runs', 'pos-1');
    await workspace.detach(recipe, run);
    await workspace.json('stop', run);
    expect(await workspace.json('resume', name)).toEqual({ folder: workspace.path(run) });
    await goesOn(run);
    await workspace.json('cancel', name);
  });

  it('refuses a run that lives, that is done, and a folder that is none', async () => {
    const { pid } = await workspace.detach(recipe, 'out');
    for (const more of [[], ['--detach']]) {
      const { code, stderr } = await workspace.run(['train', recipe, '--resume', '--out', 'out', ...more]);
      expect(code).toBe(1);
      expect(stderr).toMatch(`This run is at work already, in process ${pid}.`);
    }
    expect(await workspace.run(['resume', 'base'])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/No process works on the run base\. These are live: out/),
    });
    await workspace.json('stop', 'out');
    await workspace.json('train', workspace.task('short'), '--out', 'short');
    expect(await workspace.run(['resume', 'short'])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/This run is finished/),
    });
  });
});

describe('files of a live run', () => {
  it.skipIf(process.platform === 'win32')('can be read by nobody else', async () => {
    const { address, folder } = await workspace.detach(recipe, 'out');
    const { home } = workspace;
    // It is live before it waits for its turn.
    await until('it takes its turn', () => existsSync(home.turn));
    expect(mode(liveFile(home.live, folder))).toBe(0o600);
    for (const path of [home.live, home.turn, join(address, '..')])
      expect([path, mode(path)]).toEqual([path, 0o700]);
    await workspace.json('stop', 'out');
    expect(existsSync(liveFile(home.live, folder))).toBe(false);
    expect(existsSync(address)).toBe(false);
  });
});

describe('two who watch one run', () => {
  it('see the same, which is what the record says at its end', async () => {
    await workspace.detach(workspace.task('two', { full: { steps: 300 }, sparse: { steps: 300 } }), 'out');
    const first = await watchRun(await workspace.reach('out'));
    await first.when('its first steps', isAt('full', 3));
    const second = await watchRun(await workspace.reach('out'));
    await workspace.gone('out');
    for (const one of [first, second]) {
      await one.when('the end', ({ run }) => run.status === 'done');
      expect(one.view).toEqual(await readRunView(workspace.path('out')));
    }
    // Events of a tenth of a second come together.
    expect(first.updates.length).toBeLessThan(eventsOf(workspace.path('out')).length / 2);
  });
});

describe('sft attach', () => {
  it('shows a run; Ctrl-C ends the watching and not the run', async () => {
    await workspace.detach(recipe, 'out');
    const watching = startSft(['attach', 'out'], { cwd: workspace.folder });
    const shown: string[] = [];
    watching.stderr?.setEncoding('utf8').on('data', (text: string) => shown.push(text));
    await until('it shows steps', () => /full \d+\/100,000/.test(shown.join('')));
    watching.kill('SIGINT');
    await once(watching, 'exit');
    await goesOn('out');
  });

  it('shows the end of a run, and why it ended', async () => {
    const { pid } = await workspace.detach(recipe, 'out');
    const texts = { json: '', words: '' };
    const watching = startSft(['attach', 'pos', '--json'], { cwd: workspace.folder });
    const reading = startSft(['attach', 'pos'], { cwd: workspace.folder });
    watching.stdout?.setEncoding('utf8').on('data', (text: string) => (texts.json += text));
    reading.stderr?.setEncoding('utf8').on('data', (text: string) => (texts.words += text));
    const ended = [once(watching, 'close'), once(reading, 'close')];
    await until('both watch', () => texts.json.includes('\n') && /full \d+/.test(texts.words));
    await workspace.json('stop', 'pos');
    const [[code]] = (await Promise.all(ended)) as [number][];
    expect(code).toBe(1);
    const lines = texts.json
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines[0]).toHaveProperty('view.run');
    expect(lines.at(-1)).toMatchObject({ type: 'stopped' });
    expect(texts.words).toMatch(/The run was stopped\. Resume goes on from the last checkpoint\./);
    expect(pid).toBeGreaterThan(0);
  });

  it('shows a run that is resumed from where it goes on, and while it waits what it has done', async () => {
    await workspace.detach(recipe, 'out');
    const first = await watchRun(await workspace.reach('out'));
    await first.when('some steps are done', isAt('full', 20));
    await workspace.json('stop', 'out');
    await workspace.gone('out');
    await workspace.detach(workspace.task('other', endless), 'other');
    await workspace.json('resume', 'out');
    const waiting = await workspace.reach('out');
    await until('it waits', async () => (await waiting.state()).status === 'queued');
    const { view } = await waiting.watch(() => undefined);
    expect(view.run.phases[0]).toMatchObject({ phase: 'full', steps: 100_000 });
    expect(view.run.phases[0].done).toBeGreaterThanOrEqual(20);
    const watching = startSft(['attach', 'out'], { cwd: workspace.folder });
    const shown: string[] = [];
    watching.stderr?.setEncoding('utf8').on('data', (text: string) => shown.push(text));
    await until('it says that it waits', () => /waiting for the machine/.test(shown.join('')));
    await workspace.json('stop', 'other');
    await until('it makes steps', async () => (await waiting.progress()).done > 120);
    // How far it is when it is shown depends on the machine.
    const numbers = () => [...shown.join('').matchAll(/full ([\d,]+)\/100,000/g)].map(([, done]) => done);
    await until('they are shown', () => numbers().some((done) => Number(done.replaceAll(',', '')) > 120));
    expect(shown.join('')).not.toMatch(/full ([\d,]+)\/\1 /);
    watching.kill('SIGINT');
    await once(watching, 'exit');
  });

  it('says that a run was killed', async () => {
    const { pid } = await workspace.detach(recipe, 'out');
    const watching = startSft(['attach', 'out'], { cwd: workspace.folder });
    const shown: string[] = [];
    watching.stderr?.setEncoding('utf8').on('data', (text: string) => shown.push(text));
    await until('it shows steps', () => /full \d+\/100,000/.test(shown.join('')));
    process.kill(pid, 'SIGKILL');
    expect(await once(watching, 'close')).toEqual([1, null]);
    expect(shown.join('')).toMatch(/probably because the machine ran out of memory/);
  });
});

describe('a run is steered', () => {
  it('by its folder, by a link to it, by its name and by that of its recipe', async () => {
    const { folder } = await workspace.detach(recipe, 'out');
    const status = async () => (await workspace.entry('out')).status;
    const is = (wanted: string) => until(`it is ${wanted}`, async () => (await status()) === wanted);
    await is('running');
    symlinkSync(folder, workspace.path('link'));
    for (const [how, named, then] of [
      ['pause', folder, 'paused'],
      ['resume', './out/', 'running'],
      ['pause', basename(folder), 'paused'],
      ['resume', 'pos', 'running'],
      ['pause', 'link', 'paused'],
    ]) {
      expect(await workspace.json(how, named)).toEqual({ folder });
      await is(then);
    }
    // A paused run ends at once.
    const { stdout, code } = await workspace.run(['stop', 'out']);
    expect(code).toBe(0);
    expect(stdout).toBe(`${folder}: The run was stopped. Resume goes on from the last checkpoint.\n`);
  });

  it('and cancelled; the trash brings it back, and it can be resumed', async () => {
    const { folder } = await workspace.detach(recipe, 'out');
    await goesOn('out');
    await workspace.json('cancel', 'out');
    expect(existsSync(folder)).toBe(false);
    const { items } = (await workspace.json('trash')) as { items: { id: string; from: string }[] };
    expect(items.map(({ from }) => from)).toEqual([folder]);
    await workspace.json('trash', '--restore', items[0].id);
    expect(await workspace.json('trash')).toEqual({ items: [] });
    await workspace.json('resume', 'out');
    await goesOn('out');
    await workspace.json('cancel', 'out', '--force');
    expect(existsSync(folder)).toBe(false);
  });

  it.skipIf(process.platform === 'win32')(
    'by force where it is frozen; the list does not wait for it',
    async () => {
      const { pid, folder } = await workspace.detach(recipe, 'out');
      await goesOn('out');
      process.kill(pid, 'SIGSTOP');
      const { live } = (await workspace.json('runs')) as { live: unknown[] };
      expect(live).toMatchObject([{ folder, status: 'running', note: 'does not answer' }]);
      await workspace.json('cancel', 'out', '--force');
      expect(existsSync(folder)).toBe(false);
    },
  );

  it('only where it is clear which one is meant', async () => {
    await workspace.detach(recipe, 'here/out');
    await workspace.detach(recipe, 'there/out');
    const { code, stderr } = await workspace.run(['pause', 'out']);
    expect(code).toBe(1);
    expect(stderr).toContain('Several live runs are called out');
    expect(stderr).toContain(workspace.path('here/out'));
    expect(stderr).toContain(workspace.path('there/out'));
    expect((await workspace.run(['stop', 'pos'])).stderr).toMatch(/Several live runs are called pos/);
    await workspace.json('stop', 'there/out');
    await workspace.json('stop', 'out');
  });
});

describe('what cannot be understood', () => {
  const commands = ['pause', 'resume', 'stop', 'cancel', 'attach'];

  it.each(commands)('sft %s', async (command) => {
    expect(await workspace.run([command])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/missing required argument/),
    });
    const { code, stderr } = await workspace.run([command, 'nobody']);
    expect(code).toBe(1);
    expect(stderr).toBe(
      'sft: No process works on the run nobody. No run is live on this machine; `sft runs` lists those of this folder too.\n',
    );
    const told = await workspace.run([command, 'nobody', '--json']);
    expect(told.code).toBe(1);
    expect(JSON.parse(told.stdout)).toMatchObject({ error: { code: 'run-not-live' } });
  });

  it('sft runs and sft trash', async () => {
    expect(await workspace.json('runs')).toEqual({ live: [], past: [] });
    expect((await workspace.run(['runs', 'nowhere'])).stderr).toMatch(/There is no file or folder .*nowhere/);
    expect((await workspace.run(['runs', recipe])).code).toBe(1);
    expect((await workspace.run(['runs', '.', 'two'])).code).toBe(2);
    expect((await workspace.run(['trash', '--restore', '../x'])).stderr).toMatch(/no longer in the trash/);
  });
});
