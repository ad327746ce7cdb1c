import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { uniform } from '../../src/core/random.ts';
import { liveEntries } from '../../src/home/liveEntries.ts';
import { isAlive } from '../../src/runs/processStart.ts';
import { startSft } from '../support/cli.ts';
import { temporaryFolder } from '../support/files.ts';
import { liveWorkspace, until, type LiveWorkspace } from '../support/liveRuns.ts';
import { eventsOf, runResult } from './killed-run.ts';

/** Two sizes of the mask, two learning rates, six seeds: 24 runs, of which half take the full phase of another. */
const grid = {
  vary: { 'select.k': [300, 600], 'optimizer.learningRate': [0.005, 0.01] },
  seeds: [1, 2, 3, 4, 5, 6],
};

function writeSweep(
  workspace: LiveWorkspace,
  fields: Readonly<Record<string, unknown>> = grid,
  name = 'grid',
): string {
  workspace.task('pos');
  const file = `${name}.sweep.yaml`;
  writeFileSync(workspace.path(file), stringify({ recipe: 'pos.sft.yaml', ...fields }));
  return file;
}

const flags = ['--jobs', '2', '--threads', '1'];

/** A folder with programs called as Slurm's. What is submitted is run at once, after the commands ON_NODE. */
function inventedSlurm(): string {
  const bin = temporaryFolder();
  const programs = {
    sinfo: 'echo main',
    squeue: '',
    sacct: 'exit 1',
    scontrol: 'test "$2" = config',
    sbatch: `for script; do :; done
eval "$ON_NODE"
last=$(sed -n 's/^#SBATCH --array=.*[^0-9]\\([0-9]*\\)$/\\1/p; s/^#SBATCH --array=\\([0-9]*\\)$/\\1/p' "$script")
for i in $(seq 0 "$last"); do
  SLURM_ARRAY_JOB_ID=7 SLURM_ARRAY_TASK_ID=$i bash "$script" >> "$(basename "$script" .sh)-$i.txt" 2>&1
done
echo 7`,
  };
  for (const [name, text] of Object.entries(programs))
    writeFileSync(join(bin, name), `#!/bin/bash\n${text}\n`, { mode: 0o755 });
  return bin;
}

function runsOf(workspace: LiveWorkspace, name = 'grid'): string[] {
  const folder = workspace.path('sweeps', name, 'runs');
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

/** What tells whether a run was touched again. */
function traceOf(folder: string): unknown {
  const files = readdirSync(folder).sort();
  return files.map((name) => [name, statSync(join(folder, name)).mtimeMs]);
}

function isDone(folder: string): boolean {
  return existsSync(join(folder, 'events.jsonl')) && eventsOf(folder).at(-1)?.type === 'done';
}

/**
 * Starts a sweep and kills running runs of it at random moments; starts it again where it has come to its end too soon. Gives the sweep
 * once so many have been killed.
 */
async function startAndKill(workspace: LiveWorkspace, args: readonly string[], kills: number, seed: number) {
  let sweep = startSft(args, { cwd: workspace.folder });
  for (let draw = 0, killed = 0; killed < kills; draw++) {
    if (sweep.exitCode !== null) sweep = startSft(args, { cwd: workspace.folder });
    const entry = await until('a run computes', async () => {
      const running = (await liveEntries(workspace.home.live)).filter(({ status }) => status === 'running');
      const found = running.at(Math.floor(uniform(seed, draw) * running.length));
      return running.length > 0 ? found : sweep.exitCode === null ? undefined : 'none';
    });
    if (entry === 'none') continue;
    const wanted = Math.floor(uniform(seed, draw, 1) * 30);
    const lines = () => {
      const file = join(entry.folder, 'events.jsonl');
      return existsSync(file) ? readFileSync(file, 'utf8').split('\n').length : 0;
    };
    await until('it has come far enough', () => lines() >= wanted || !isAlive(entry.pid));
    if (!isAlive(entry.pid) || isDone(entry.folder)) continue;
    process.kill(entry.pid, 'SIGKILL');
    killed++;
    await until('it is gone', () => !isAlive(entry.pid));
  }
  return sweep;
}

it(
  'a sweep of which half the runs were killed repeats no finished work, and ends as one that nobody disturbed',
  { timeout: 400_000 },
  async () => {
    const calm = await liveWorkspace();
    expect(await calm.json('sweep', writeSweep(calm), ...flags)).toMatchObject({ done: 24 });
    const names = runsOf(calm);
    expect(names).toHaveLength(24);
    const withFull = (workspace: LiveWorkspace) =>
      names.filter((name) =>
        eventsOf(workspace.path('sweeps/grid/runs', name)).some(
          ({ type, phase }) => type === 'phase' && phase === 'full',
        ),
      );
    expect(withFull(calm)).toHaveLength(12);

    const killed = await liveWorkspace();
    const file = writeSweep(killed);
    const sweep = await startAndKill(killed, ['sweep', file, ...flags], 12, 1);
    // Then whoever starts them goes too; what computes just now goes on without it.
    if (sweep.kill('SIGKILL')) await once(sweep, 'close');
    const done = names.filter((name) => isDone(killed.path('sweeps/grid/runs', name)));
    const before = done.map((name) => traceOf(killed.path('sweeps/grid/runs', name)));
    expect(await killed.json('sweep', file, ...flags)).toMatchObject({ done: 24 });
    expect(done.map((name) => traceOf(killed.path('sweeps/grid/runs', name)))).toEqual(before);
    expect(withFull(killed)).toEqual(withFull(calm));
    for (const name of names) {
      const result = (workspace: LiveWorkspace) => runResult(workspace.path('sweeps/grid/runs', name));
      expect(await result(killed), name).toEqual(await result(calm));
    }
    // A third start has nothing to do.
    const all = names.map((name) => traceOf(killed.path('sweeps/grid/runs', name)));
    expect(await killed.json('sweep', file)).toMatchObject({ done: 24 });
    expect(names.map((name) => traceOf(killed.path('sweeps/grid/runs', name)))).toEqual(all);
  },
);

describe('sft sweep', () => {
  it('trains several runs side by side, seen as runs are, and Ctrl-C stops all of them', async () => {
    const workspace = await liveWorkspace();
    const file = writeSweep(workspace, { vary: { 'full.steps': [100_000, 100_001] } });
    const sweep = startSft(['sweep', file, ...flags, '--yes'], { cwd: workspace.folder });
    const ended = once(sweep, 'close');
    const running = () => liveEntries(workspace.home.live);
    await until('two compute', async () => {
      const entries = await running();
      return entries.length === 2 && entries.every(({ status }) => status === 'running');
    });
    const { code, stderr } = await workspace.run(['sweep', file, ...flags, '--yes']);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/Another process is working on this sweep/)]);
    sweep.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
    expect(await running()).toEqual([]);
    for (const name of runsOf(workspace)) {
      expect(eventsOf(workspace.path('sweeps/grid/runs', name)).at(-1)).toMatchObject({ type: 'stopped' });
    }
  });

  it('says before it trains that a file to evaluate on is not there, and where it is named', async () => {
    const workspace = await liveWorkspace();
    const file = writeSweep(workspace, { seeds: [1], evaluate: [{ name: 'a', data: 'absent.conllu' }] });
    for (const more of [['--dry-run'], ['--yes']]) {
      const { code, stderr } = await workspace.run(['sweep', file, ...flags, ...more]);
      expect(code).toBe(1);
      expect(stderr).toMatch(/sweep\.yaml:\d+: There is no file or folder .*absent\.conllu/);
    }
    expect(existsSync(workspace.path('sweeps'))).toBe(false);
  });

  it('collects means over seeds, and evaluates nothing twice', async () => {
    const workspace = await liveWorkspace();
    const language = workspace.language('lang');
    await workspace.json('train', language, '--out', 'lang', '--threads', '1');
    const file = writeSweep(workspace, {
      vary: { 'select.k': [300, 600] },
      seeds: [1, 2],
      evaluate: [
        { name: 'alone', data: 'dev.conllu' },
        {
          each: [{ target: 'xx', file: 'dev' }],
          data: '{file}.conllu',
          add: 'lang/lang.sft.safetensors@0.5',
        },
      ],
    });
    expect((await workspace.run(['sweep', file, '--collect'])).stderr).toMatch(/has not been started/);
    await workspace.json('sweep', file, ...flags);
    const first = await workspace.run(['sweep', file, '--collect', '--json']);
    const { cells, missing } = JSON.parse(first.stdout) as {
      cells: {
        settings: unknown;
        evaluation: string;
        mean: number;
        sd: number;
        seeds: number;
        runs: string[];
      }[];
      missing: unknown[];
    };
    expect(missing).toEqual([]);
    expect(cells.map(({ settings, evaluation, seeds }) => [settings, evaluation, seeds])).toEqual(
      ['300', '600'].flatMap((k) => ['alone', 'xx'].map((name) => [{ 'select.k': k }, name, 2])),
    );
    const values: number[] = [];
    for (const run of cells[1].runs) {
      const sft = `sweeps/grid/runs/${run}/${run}.sft.safetensors`;
      const added = ['--sft', sft, '--sft', 'lang/lang.sft.safetensors@0.5'];
      const found = await workspace.json('evaluate', '--base', 'base', ...added, '--data', 'dev.conllu');
      values.push(Number(found.value));
    }
    expect(cells[1].mean).toBeCloseTo((values[0] + values[1]) / 2, 12);
    expect(cells[1].sd).toBeCloseTo(Math.abs(values[0] - values[1]) / Math.SQRT2, 12);
    expect(first.stderr.match(/ on /g)).toHaveLength(8);
    const again = await workspace.run(['sweep', file, '--collect', '--csv']);
    expect(again.stderr).toBe('');
    expect(again.stdout.split('\r\n')).toHaveLength(6);
  });

  it('goes on where one run fails, says so, and finds out what was changed', async () => {
    const workspace = await liveWorkspace();
    const text = readFileSync(workspace.path('dev.conllu'), 'utf8');
    writeFileSync(workspace.path('bad.conllu'), text.replaceAll('NOUN', 'NEVER'));
    const file = writeSweep(workspace, { vary: { 'data.validation': ['bad.conllu', 'dev.conllu'] } });
    const { code, stderr } = await workspace.run(['sweep', file, ...flags]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/bad\.conllu:2: The label "NEVER" does not occur/);
    writeFileSync(workspace.path('bad.conllu'), text);
    expect(await workspace.json('sweep', file, ...flags)).toMatchObject({ done: 2 });
    workspace.task('pos', { sparse: { steps: 13 } });
    expect((await workspace.run(['sweep', file])).stderr).toMatch(/was started with other settings/);
  });

  it('asks before it starts very many runs, and says what they cost', async () => {
    const workspace = await liveWorkspace();
    const many = writeSweep(workspace, {
      vary: { seed: { from: 1, to: 1000, steps: 1000 }, 'select.k': { from: 1, to: 10, steps: 10 } },
    });
    const { code, stderr } = await workspace.run(['sweep', many, '--threads', '1']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/The sweep has 10,000 runs, which will take about .* on disk\. Give --yes/);
    expect(existsSync(workspace.path('sweeps'))).toBe(false);
    const dry = await workspace.json('sweep', writeSweep(workspace), '--dry-run');
    expect(dry).toMatchObject({ name: 'grid', estimate: { runs: 24 } });
    expect((dry.runs as { needs: string | null }[]).filter(({ needs }) => needs !== null)).toHaveLength(12);
    expect(existsSync(workspace.path('sweeps'))).toBe(false);
  });

  it.each([
    [['sweep', 'nowhere.sweep.yaml'], /nowhere\.sweep\.yaml/],
    [['sweep', 'broken.sweep.yaml'], /broken\.sweep\.yaml:2: .*Did you mean seeds/],
    [['sweep', 'grid.sweep.yaml', '--jobs', '0'], /whole number/],
    [['sweep', 'grid.sweep.yaml', '--slurm', '--partition', 'a b'], /without spaces/],
    [['sweep', 'grid.sweep.yaml', '--dry-run', '--partition', 'gpu'], /--partition needs --slurm/],
    [['sweep', 'grid.sweep.yaml', '--dry-run', '--csv'], /--csv needs --collect/],
  ])('sft %j says what is wrong', async (args, message) => {
    const workspace = await liveWorkspace();
    writeSweep(workspace);
    writeFileSync(workspace.path('broken.sweep.yaml'), 'recipe: pos.sft.yaml\nseed: [1]\n');
    const { code, stderr } = await workspace.run(args);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(message);
  });

  it.skipIf(process.platform === 'win32')(
    'on a cluster a run that fails is not submitted again, or once where its record does not say so',
    async () => {
      const workspace = await liveWorkspace();
      const text = readFileSync(workspace.path('dev.conllu'), 'utf8');
      const other = workspace.path('other.conllu');
      writeFileSync(other, text);
      const file = writeSweep(workspace, { vary: { 'data.validation': ['other.conllu', 'dev.conllu'] } });
      const args = ['sweep', file, '--slurm', '--cpus', '1', '--poll', '1'];
      const start = async (onNode: string, ...more: readonly string[]) => {
        const env = { PATH: `${inventedSlurm()}:${process.env.PATH}`, ON_NODE: onNode };
        const { code, stdout, stderr } = await workspace.run([...args, ...more], { env });
        return { code, stdout, stderr, submitted: stderr.match(/submitted/g)?.length };
      };
      const dry = await start('', '--dry-run');
      expect(dry.stdout).toMatch(/time +2 jobs of about .* each \(.* node hours\)/);
      const gone = await start(`rm -f '${other}'`);
      expect(gone).toMatchObject({ code: 1, submitted: 2 });
      expect(gone.stderr).toMatch(/1 of 2 runs .*other\.conllu/);
      writeFileSync(other, text);
      const wrong = await start(`sed s/NOUN/NEVER/ '${workspace.path('dev.conllu')}' > '${other}'`);
      expect(wrong).toMatchObject({ code: 1, submitted: 1 });
      expect(wrong.stderr).toMatch(/1 of 2 runs .*other\.conllu:2: The label "NEVER" does not occur/);
      writeFileSync(other, text);
      expect(await start('')).toMatchObject({ code: 0, submitted: 1 });
    },
  );

  it('takes its speed from the engine that is named', async () => {
    const workspace = await liveWorkspace();
    const file = writeSweep(workspace, { seeds: [1, 2] });
    const dry = await workspace.json('sweep', file, '--dry-run', '--engine', 'wasm');
    expect(dry).toMatchObject({ estimate: { jobs: 1, runs: 2 } });
    const { code, stderr } = await workspace.run(['sweep', file, '--dry-run', '--engine', 'tfjs-node-gpu']);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/tfjs-node-gpu/)]);
  });

  it('--slurm says that there is no Slurm', async () => {
    const workspace = await liveWorkspace();
    const file = writeSweep(workspace);
    const { code, stderr } = await workspace.run(['sweep', file, '--slurm'], { env: { PATH: '/nowhere' } });
    expect([code, stderr]).toEqual([1, expect.stringMatching(/There is no Slurm here: the program sinfo/)]);
  });
});
