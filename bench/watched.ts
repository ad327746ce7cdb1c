import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { TrainingJob } from '../src/training/job.ts';
import { newBreath } from '../src/trainer/hostRun.ts';
import { goLive } from '../src/trainer/liveRun.ts';
import { train } from '../src/training/train.ts';
import { median } from './statistics.ts';
import { stepBatches, stepJob, type StepSetting } from './steps.ts';

/** Seconds a step; the ratio is the median of those of the pairs. */
interface Compared {
  readonly alone: number;
  readonly watched: number;
  readonly ratio: number;
}

/** What it costs a run that a client watches it. */
export interface WatchedResult {
  readonly shape: StepSetting['shape'];
  readonly task: StepSetting['task'];
  readonly phase: 'full' | 'sparse';
  /** Processor time of the run's process, all of its threads. */
  readonly processor: Compared;
  readonly wall: Compared;
}

/** The smallest model, whose steps are shortest: there watching costs the most. */
const SETTING: StepSetting = { shape: 'MiniLM', task: 'tagging', l1: 0.1, measured: 60 };
const WARM_UP = 10;
const PAIRS = 5;
const phases = ['full', 'sparse'] as const;

interface Cost {
  readonly processor: number;
  readonly wall: number;
}

type Costs = Readonly<Record<(typeof phases)[number], Cost>>;

/**
 * Runs of the same steps that nobody watches, and that one client watches from a process of its own, in turn: five pairs,
 * each going first every other time.
 */
export async function timeWatched(threads: number): Promise<WatchedResult[]> {
  const data = await stepBatches(SETTING);
  const folder = mkdtempSync(join(tmpdir(), 'sft-watched-'));
  const { SFT_HOME: before } = process.env;
  process.env.SFT_HOME = join(folder, 'home'); // no run of the user's is waited for
  const run = (isWatched: boolean): Promise<Costs> => {
    const job = stepJob(SETTING, { ...data, steps: WARM_UP + SETTING.measured, engine: { threads } });
    return runOnce({ ...job, statistics: { everySteps: 50 } }, folder, isWatched);
  };
  try {
    const alone: Costs[] = [];
    const watched: Costs[] = [];
    for (let pair = 0; pair < PAIRS; pair++) {
      for (const isWatched of pair % 2 === 0 ? [false, true] : [true, false])
        (isWatched ? watched : alone).push(await run(isWatched));
    }
    return phases.map((phase) => {
      const { shape, task } = SETTING;
      const compare = (what: keyof Cost): Compared => ({
        alone: median(alone.map((costs) => costs[phase][what])),
        watched: median(watched.map((costs) => costs[phase][what])),
        ratio: median(watched.map((costs, i) => costs[phase][what] / alone[i][phase][what])),
      });
      return { shape, task, phase, processor: compare('processor'), wall: compare('wall') };
    });
  } finally {
    if (before === undefined) delete process.env.SFT_HOME;
    else process.env.SFT_HOME = before;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A run in sight of others, as `sft train` makes it, less its files; seconds a step after the first ones of each phase. */
async function runOnce(job: TrainingJob, folder: string, isWatched: boolean): Promise<Costs> {
  const live = await goLive({ folder: join(folder, 'run') }, 'bench');
  const client = isWatched ? await startClient(folder) : undefined;
  const costs: Partial<Record<(typeof phases)[number], Cost>> = {};
  try {
    if (!(await live.steering.start())) throw new Error('The machine was not to be had.');
    const breathe = newBreath();
    let began = now();
    for await (const event of train(job)) {
      live.tell(event);
      await breathe();
      if (event.type !== 'step') continue;
      if (event.step === WARM_UP) began = now();
      if (event.step !== WARM_UP + SETTING.measured) continue;
      const { processor, wall } = now();
      costs[event.phase] = {
        processor: (processor - began.processor) / SETTING.measured,
        wall: (wall - began.wall) / SETTING.measured,
      };
    }
  } finally {
    await live.leave();
    await live.hangUp();
    if (client !== undefined && client.exitCode === null) await once(client, 'exit');
  }
  const { full, sparse } = costs;
  if (full === undefined || sparse === undefined) throw new Error('A phase is missing.');
  return { full, sparse };
}

/** Seconds of this process so far. */
function now(): Cost {
  const { user, system } = process.cpuUsage();
  return { processor: (user + system) / 1e6, wall: performance.now() / 1000 };
}

/** A client in a process of its own, when it has been told everything so far. */
async function startClient(folder: string): Promise<ChildProcess> {
  // Into a file: what it says must not be read by the process that is measured.
  const said = join(folder, 'said');
  const fd = openSync(said, 'w');
  const cli = join(import.meta.dirname, 'cli.js');
  const args = [cli, 'attach', join(folder, 'run'), '--json'];
  const client = spawn(process.execPath, args, { stdio: ['ignore', fd, 'ignore'] });
  closeSync(fd);
  while (statSync(said).size === 0) {
    if (client.exitCode !== null) throw new Error('The client has ended.');
    await wait(20);
  }
  return client;
}
