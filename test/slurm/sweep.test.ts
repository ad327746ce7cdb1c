import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFailed, onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { type CliResult, sft, startSft } from '../support/cli.ts';
import { temporaryFolder } from '../support/files.ts';
import { until } from '../support/liveRuns.ts';
import { tinyWorkspace, type TinyWorkspace } from '../support/tinyWorkspace.ts';
import { eventsOf, runResult } from '../process/killed-run.ts';
import { type Cluster, slurmMissing, startCluster } from './cluster.ts';

const missing = slurmMissing();
if (missing !== undefined) process.stderr.write(`Tests of Slurm are skipped: ${missing}.\n`);

let cluster: Cluster;
const folder = mkdtempSync(join(tmpdir(), 'sft-slurm-'));

beforeAll(async () => {
  if (missing === undefined) cluster = await startCluster(folder);
});

afterAll(async () => {
  if (missing === undefined) await cluster.stop();
  rmSync(folder, { recursive: true, force: true });
});

afterEach(async () => {
  if (missing !== undefined) return;
  cluster.ask('scancel', '--user=root');
  resumeNode();
  await until('no job is left', () => cluster.ask('squeue', '-h') === '');
});

function nodeName(): string {
  return cluster.ask('sinfo', '-h', '-o', '%n').trim();
}

function nodeState(): string {
  return cluster.ask('sinfo', '-h', '-o', '%T').trim();
}

function resumeNode(): void {
  if (nodeState().startsWith('drain'))
    cluster.ask('scontrol', 'update', `nodename=${nodeName()}`, 'state=resume');
}

/** Four runs with a full phase of their own, four that take it from them; long enough to be caught at work. */
async function workspaceWithSweep(): Promise<TinyWorkspace> {
  const workspace = await tinyWorkspace(temporaryFolder());
  workspace.task('pos', {
    full: { steps: 150 },
    sparse: { steps: 150 },
    validate: { everySteps: 50, metric: 'accuracy', keepBest: true },
    checkpoint: { everySteps: 10 },
  });
  const sweep = {
    recipe: 'pos.sft.yaml',
    vary: { 'select.k': [300, 600], 'optimizer.learningRate': [0.005, 0.01] },
    seeds: [1, 2],
  };
  writeFileSync(workspace.path('grid.sweep.yaml'), stringify(sweep));
  return workspace;
}

const onSlurm = ['sweep', 'grid.sweep.yaml', '--slurm', '--cpus', '1', '--poll', '1'];
const runsOf = (workspace: TinyWorkspace) => workspace.path('sweeps/grid/runs');
const namesOf = (workspace: TinyWorkspace) =>
  existsSync(runsOf(workspace)) ? readdirSync(runsOf(workspace)).sort() : [];
const has = (workspace: TinyWorkspace, name: string, type: string) => {
  const file = join(runsOf(workspace), name, 'events.jsonl');
  return existsSync(file) && readFileSync(file, 'utf8').includes(`"type":"${type}"`);
};

/** The elements that Slurm runs now, as `JOB_INDEX`. */
function running(): string[] {
  const said = cluster.ask('squeue', '-h', '-r', '-t', 'RUNNING', '-o', '%F_%K');
  return said.split('\n').filter((line) => line !== '');
}

/** Starts a sweep; what it says is gathered. */
function start(workspace: TinyWorkspace, args: readonly string[] = onSlurm) {
  const child = startSft(args, { cwd: workspace.folder, env: cluster.env });
  const said: string[] = [];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => said.push(text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => said.push(text));
  const ended = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  onTestFailed(() => void process.stderr.write(said.join('')));
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, ended, said: () => said.join('') };
}

function run(workspace: TinyWorkspace, args: readonly string[]): Promise<CliResult> {
  return sft(args, { cwd: workspace.folder, env: cluster.env });
}

describe.skipIf(missing !== undefined)('a sweep on Slurm', { timeout: 400_000 }, () => {
  it('ends as a local one, bit for bit, whatever happens to jobs, node and controller', async () => {
    const calm = await workspaceWithSweep();
    const local = ['sweep', 'grid.sweep.yaml', '--threads', '1', '--jobs', '2'];
    expect(await run(calm, local)).toMatchObject({ code: 0 });
    const workspace = await workspaceWithSweep();
    const { ended, said } = start(workspace);

    // A job is cancelled, one is killed outright: both are submitted again, and go on from their checkpoints.
    const atWork = (name: string) => has(workspace, name, 'checkpoint') && !has(workspace, name, 'done');
    await until('a run has a checkpoint', () => namesOf(workspace).find(atWork));
    const [first] = await until('an element runs', () => (running().length > 0 ? running() : undefined));
    cluster.ask('scancel', '--signal=KILL', '--full', first);
    await until(
      'it is submitted again',
      () => (said().match(/submitted \d+ runs? as job/g) ?? []).length > 2,
    );

    // One is told that its time is up: it saves, and asks to be put back into the queue.
    const second = await until('another runs', () => running().find((one) => one !== first));
    await until('it has come so far', () => namesOf(workspace).some(atWork));
    cluster.ask('scancel', '--signal=USR1', '--batch', second);
    const back = (one: string) => cluster.ask('squeue', '-h', '-r', '-j', one, '-o', '%T %r').trim();
    const isBack = await until('it has ended or is back in the queue', () => {
      try {
        return /PENDING/.test(back(second)) ? 'back' : back(second) === '' ? 'ended' : undefined;
      } catch {
        return 'ended';
      }
    });
    // Slurm waits two minutes before it starts such a job again; a test does not.
    if (isBack === 'back') cluster.ask('scontrol', 'update', `jobid=${second}`, 'starttime=now');

    // The node takes no more jobs for a while.
    cluster.ask('scontrol', 'update', `nodename=${nodeName()}`, 'state=drain', 'reason=test');
    await until('what ran has ended', () => running().length === 0);
    expect(cluster.ask('squeue', '-h', '-r')).not.toBe('');
    resumeNode();
    // The controller goes and comes back.
    await cluster.stopController();
    await until('that is noticed', () => /Slurm does not answer/.test(said()));
    await cluster.startController();
    await until('that is noticed too', () => /Slurm answers again/.test(said()));

    expect([await ended, said()]).toEqual([[0, null], expect.stringMatching(/8 runs are done/)]);
    expect(namesOf(workspace)).toEqual(namesOf(calm));
    for (const name of namesOf(calm)) {
      const result = async (one: TinyWorkspace) => {
        const { files: _, ...found } = await runResult(join(runsOf(one), name));
        return found;
      };
      expect(await result(workspace), name).toEqual(await result(calm));
      const phases = eventsOf(join(runsOf(workspace), name)).filter(({ type }) => type === 'phase');
      expect(phases.map(({ phase }) => phase)).toEqual(
        name.startsWith('k300') ? ['full', 'sparse'] : ['sparse'],
      );
    }
    const { code, stdout } = await run(workspace, [...onSlurm, '--json']);
    expect([code, JSON.parse(stdout.trim())]).toEqual([0, expect.objectContaining({ done: 8 })]);
    expect(running()).toEqual([]);
  });

  it('goes on without whoever started it, who finds it again', async () => {
    const workspace = await workspaceWithSweep();
    const { child, ended, said } = start(workspace);
    await until('it is submitted', () => /submitted 4 runs as job/.test(said()));
    await until('an element runs', () => running().length > 0);
    child.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
    expect(said()).toMatch(/the jobs go on; .*scancel --name=sft-grid-/);
    const again = start(workspace);
    expect([await again.ended, again.said()]).toEqual([[0, null], expect.stringMatching(/8 runs are done/)]);
    expect(again.said()).not.toMatch(/submitted/);
  });

  it('says what Slurm has against it', async () => {
    const workspace = await workspaceWithSweep();
    const refused = async (...more: readonly string[]) => {
      const { code, stderr } = await run(workspace, [...onSlurm, ...more]);
      expect(code).toBe(1);
      return stderr;
    };
    expect(await refused('--partition', 'mein')).toMatch(/no partition "mein"\. Did you mean main\?/);
    expect(await refused('--mem', '900G')).toMatch(/Slurm does not take the jobs: .*(configuration|memory)/i);
    expect(await refused('--time', 'soon')).toMatch(/Slurm does not take the jobs: .*time/i);
    await cluster.stopController();
    expect(await refused()).toMatch(/Slurm does not answer/);
    await cluster.startController();
  });

  it('a run that fails is not submitted for ever', async () => {
    const workspace = await workspaceWithSweep();
    writeFileSync(workspace.path('grid.sweep.yaml'), stringify({ recipe: 'pos.sft.yaml', seeds: [1] }));
    writeFileSync(workspace.path('base/model.safetensors'), 'no weights');
    const { code, stderr } = await run(workspace, onSlurm);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/1 of 1 runs .*model\.safetensors/)]);
    expect(stderr.match(/submitted/g)).toHaveLength(1);
  });

  it('whose folder the node does not see is a clear sentence', async ({ skip }) => {
    const workspace = await workspaceWithSweep();
    try {
      await cluster.hideFromNode(workspace.folder);
    } catch {
      skip('a folder cannot be hidden here');
    }
    const { code, stderr } = await run(workspace, onSlurm);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/The node \S+ does not see \S*sweeps\/grid.*share/s),
    ]);
  });
});
