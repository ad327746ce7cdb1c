import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import { slurmMissing, startCluster } from '../test/slurm/cluster.ts';
import { tinyWorkspace } from '../test/support/tinyWorkspace.ts';
import { median } from './statistics.ts';

/** Our own seconds a run of a sweep: all but training. */
export interface SweepResult {
  readonly where: 'local' | 'Slurm';
  readonly runs: number;
  readonly seconds: number;
}

const RUNS = 12;
const run = promisify(execFile);

/**
 * What we add to each run: its process, reading, the queue. Locally, one run at a time: the time of the whole sweep, less training, a run.
 * On a Slurm of one node: from the start of a job to its end, less training, the median; Slurm's own waiting lies before and after.
 */
export async function timeSweep(): Promise<SweepResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sft-sweep-'));
  try {
    const workspace = await tinyWorkspace(folder);
    workspace.task('pos');
    const seeds = Array.from({ length: RUNS }, (_, i) => i);
    for (const name of ['local', 'cluster'])
      writeFileSync(workspace.path(`${name}.sweep.yaml`), stringify({ recipe: 'pos.sft.yaml', seeds }));
    const home = { SFT_HOME: workspace.path('.sft-home') };
    const sweep = (env: NodeJS.ProcessEnv, ...args: readonly string[]) =>
      run(process.execPath, [join(import.meta.dirname, 'cli.js'), 'sweep', ...args], {
        cwd: folder,
        env: { ...process.env, ...home, ...env },
      });
    const began = performance.now();
    await sweep({}, 'local.sweep.yaml', '--jobs', '1', '--threads', '1');
    const whole = (performance.now() - began) / 1000;
    const trained = trainingSeconds(workspace.path('sweeps/local/runs'));
    const sum = [...trained.values()].reduce((total, seconds) => total + seconds, 0);
    const local: SweepResult = { where: 'local', runs: RUNS, seconds: (whole - sum) / RUNS };
    if (slurmMissing(false) !== undefined) return [local];
    const cluster = await startCluster(workspace.path('slurm'));
    try {
      await sweep(cluster.env, 'cluster.sweep.yaml', '--slurm', '--cpus', '1', '--poll', '1');
    } finally {
      await cluster.stop();
    }
    const slurm = workspace.path('sweeps/cluster/slurm');
    const names = readFileSync(join(slurm, 'array-1.txt'), 'utf8').split('\n');
    const inTraining = trainingSeconds(workspace.path('sweeps/cluster/runs'));
    const own = names.flatMap((name, index) => {
      const seconds = inTraining.get(name);
      if (seconds === undefined) return [];
      const { birthtimeMs, mtimeMs } = statSync(join(slurm, `array-1-${index}.txt`));
      return [(mtimeMs - birthtimeMs) / 1000 - seconds];
    });
    return [local, { where: 'Slurm', runs: own.length, seconds: median(own) }];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Seconds of training of each run of a folder, as its last event says. */
function trainingSeconds(folder: string): Map<string, number> {
  return new Map(
    readdirSync(folder).map((name) => {
      const last =
        readFileSync(join(folder, name, 'events.jsonl'), 'utf8')
          .trim()
          .split('\n')
          .at(-1) ?? '{}';
      return [name, Number((JSON.parse(last) as { seconds?: number }).seconds)];
    }),
  );
}
