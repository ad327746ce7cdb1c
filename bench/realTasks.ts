/**
 * Results on real data beside torch: NER, inference, sentiment and parsing on MiniLM, several seeds each side.
 *
 *     node dist/realTasks.js PYTHON [--tasks ner,nli,sentiment,parsing] [--seeds 5] [--steps 300] [--out FILE]
 *
 * Both sides train on the same examples, each with its own order, dropout and head; both are scored here. A line of JSON a run goes
 * to FILE; what stands there already is not run again. The summary says whether the interval of the difference of means lies within
 * two standard deviations of the peer's seeds.
 */
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { trainingJob } from '../src/trainer/job.ts';
import { compiledEngine } from '../src/engine/compiled/compiledEngine.ts';
import { memoryBestStore } from '../src/training/state.ts';
import { train } from '../src/training/train.ts';
import { newWeights } from '../src/training/weights.ts';
import { peerPredictor, trainPeer } from './support/peerPredictor.ts';
import { realTaskJob, realTasks, type RealTask } from './support/realTasks.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    tasks: { type: 'string', default: 'ner,nli,sentiment,parsing' },
    seeds: { type: 'string', default: '5' },
    steps: { type: 'string', default: '300' },
    out: { type: 'string', default: 'realTasks.jsonl' },
  },
});
const [python] = positionals;
const steps = Number(values.steps);
const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => i + 1);
const LEARNING_RATE = 2e-4;
const THREADS = 2;

interface Run {
  readonly task: RealTask;
  readonly side: 'ours' | 'torch';
  readonly seed: number;
  readonly metric: string;
  readonly value: number;
  readonly seconds: number;
}

/** What a task is judged by; of the parser as the reference counts, since both leave the words at the root out. */
const metrics: Readonly<Record<RealTask, string>> = {
  pos: 'accuracy',
  ner: 'f1',
  nli: 'accuracy',
  americasnli: 'accuracy',
  sentiment: 'f1',
  qa: 'f1',
  parsing: 'lasReference',
};

const done: Run[] = existsSync(values.out)
  ? readFileSync(values.out, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Run)
  : [];
const folder = mkdtempSync(join(tmpdir(), 'sft-real-'));
try {
  for (const task of realTasks.filter((known) => values.tasks.split(',').includes(known))) {
    for (const seed of seeds) {
      for (const side of ['ours', 'torch'] as const) {
        if (done.some((run) => run.task === task && run.side === side && run.seed === seed)) continue;
        const began = performance.now();
        const value = await (side === 'ours' ? ours(task, seed) : theirs(task, seed));
        const seconds = (performance.now() - began) / 1000;
        const run: Run = { task, side, seed, metric: metrics[task], value, seconds };
        done.push(run);
        appendFileSync(values.out, `${JSON.stringify(run)}\n`);
        process.stderr.write(`${JSON.stringify(run)}\n`);
      }
    }
  }
  for (const task of realTasks) summarise(task);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function options(seed: number) {
  return { steps: { full: steps, sparse: steps }, learningRate: LEARNING_RATE, seed, threads: THREADS };
}

async function ours(task: RealTask, seed: number): Promise<number> {
  const { prepared } = await realTaskJob(task, join(folder, task), options(seed));
  const engine = compiledEngine({ threads: THREADS });
  const { job, predictor } = trainingJob(prepared, { engine, threads: THREADS, best: memoryBestStore() });
  const running = train(job);
  let step = await running.next();
  while (step.done !== true) step = await running.next();
  const found = await prepared.data.validate?.(predictor, step.value.weights);
  await predictor.release();
  return found?.metrics[metrics[task]] ?? NaN;
}

async function theirs(task: RealTask, seed: number): Promise<number> {
  const { head, prepared, job, setting } = await realTaskJob(task, join(folder, task), options(seed));
  const { data, recipe, originals, roles, base } = prepared;
  const examples = Array.from({ length: data.examples }, (_, i) => data.example(i, 0, 0));
  const peer = { python, folder, run: join(folder, 'run.json'), labels: data.outputs };
  await trainPeer(peer, examples, {
    folder: recipe.base,
    head,
    labels: data.outputs,
    learningRate: LEARNING_RATE,
    batchSize: setting.batchSize,
    k: job.select.k,
    steps: [steps, steps],
    seed,
    threads: THREADS,
  });
  const weights = newWeights(originals, roles, base.config, []);
  const found = await data.validate?.(peerPredictor(peer), weights);
  return found?.metrics[metrics[task]] ?? NaN;
}

function summarise(task: RealTask): void {
  const seconds = done.filter((run) => run.task === task).reduce((sum, run) => sum + run.seconds, 0);
  const of = (side: Run['side']) =>
    done.filter((run) => run.task === task && run.side === side).map(({ value }) => 100 * value);
  const [a, b] = [of('ours'), of('torch')];
  if (a.length < 2 || b.length < 2) return;
  const difference = mean(a) - mean(b);
  // Welch's interval; with five seeds a side about 8 degrees of freedom.
  const error = Math.sqrt(variance(a) / a.length + variance(b) / b.length);
  const degrees =
    error ** 4 /
    ((variance(a) / a.length) ** 2 / (a.length - 1) + (variance(b) / b.length) ** 2 / (b.length - 1));
  const margin = studentQuantile(degrees) * error;
  const limit = 2 * Math.sqrt(variance(b));
  const within = Math.abs(difference) + margin <= limit;
  process.stdout.write(
    `${task}: ours ${fixed(mean(a))} (SD ${fixed(Math.sqrt(variance(a)))}), torch ${fixed(mean(b))} (SD ${fixed(Math.sqrt(variance(b)))}), ` +
      `difference ${fixed(difference)} [${fixed(difference - margin)}, ${fixed(difference + margin)}], within ±${fixed(limit)}: ${within ? 'yes' : 'no'}, ${Math.round(seconds / 60)} min\n`,
  );
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function variance(values: readonly number[]): number {
  const middle = mean(values);
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1);
}

/** 97.5 % quantile of Student's t, by a table. */
function studentQuantile(degrees: number): number {
  const table = [12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23];
  return table[Math.min(table.length, Math.max(1, Math.floor(degrees))) - 1];
}

function fixed(x: number): string {
  return x.toFixed(2);
}
