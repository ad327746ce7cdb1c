/**
 * Results on real data beside torch: NER, inference, sentiment and parsing on MiniLM, several seeds each side.
 *
 *     node dist/realTasks.js PYTHON [--tasks ner,nli,sentiment,parsing] [--ours ours|padded] [--beside own,order,all,mixed] [--seeds 5] [--steps 300] [--out FILE]
 *
 * Both sides train on the same examples, and both are scored here. What the peer draws at random: all of it (`own`), or its dropout
 * alone, with the head and the order of ours of the same seed (`order`), or nothing: the dropout masks too are those of ours (`all`).
 * `mixed` is no peer: ours in mixed precision, with the same draws. `padded`: ours with what the reference's padding adds to the
 * softmax over heads, in parsing; without it, words are compared with words alone.
 * A line of JSON a run goes to FILE; what stands there already is not run again. The summary says whether the interval of the
 * difference of means, over pairs where seeds share draws, lies within two standard deviations of the peer's seeds.
 */
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { trainingJob } from '../src/trainer/job.ts';
import { writeSafetensors } from '../src/formats/safetensorsWriter.ts';
import { compiledEngine } from '../src/engine/compiled/compiledEngine.ts';
import type { TrainingJob } from '../src/training/job.ts';
import { memoryBestStore } from '../src/training/state.ts';
import { train } from '../src/training/train.ts';
import { newWeights } from '../src/training/weights.ts';
import { drawnDropout, drawnOrder, drawnScales } from './support/draws.ts';
import { asReferencePads } from './support/padding.ts';
import { peerPredictor, trainPeer } from './support/peerPredictor.ts';
import { realTaskJob, realTasks, type RealTask } from './support/realTasks.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    tasks: { type: 'string', default: 'ner,nli,sentiment,parsing' },
    ours: { type: 'string', default: 'ours' },
    beside: { type: 'string', default: 'own' },
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

const own = values.ours === 'padded' ? 'padded' : 'ours';
const OTHERS = ['own', 'order', 'all', 'mixed'] as const;
type Other = (typeof OTHERS)[number];
type Ours = 'ours' | 'padded';
const beside = OTHERS.filter((known) => values.beside.split(',').includes(known));

interface Run {
  readonly task: RealTask;
  readonly side: Ours | Other;
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
      for (const side of [own, ...beside] as const) {
        if (done.some((run) => run.task === task && run.side === side && run.seed === seed)) continue;
        const began = performance.now();
        const value = await (side === 'ours' || side === 'padded' || side === 'mixed'
          ? ours(task, seed, side)
          : theirs(task, seed, side));
        const seconds = (performance.now() - began) / 1000;
        const run: Run = { task, side, seed, metric: metrics[task], value, seconds };
        done.push(run);
        appendFileSync(values.out, `${JSON.stringify(run)}\n`);
        process.stderr.write(`${JSON.stringify(run)}\n`);
      }
    }
  }
  for (const task of realTasks) for (const other of beside) summarise(task, other);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function options(seed: number) {
  return { steps: { full: steps, sparse: steps }, learningRate: LEARNING_RATE, seed, threads: THREADS };
}

async function ours(task: RealTask, seed: number, side: Ours | 'mixed'): Promise<number> {
  const precision = side === 'mixed' ? { precision: 'mixed' } : {};
  const { prepared } = await realTaskJob(task, join(folder, task), { ...options(seed), ...precision });
  const engine = compiledEngine({ threads: THREADS });
  const { job, predictor } = trainingJob(prepared, { engine, threads: THREADS, best: memoryBestStore() });
  const padded = (phase: number, step: number) => job.batches(phase, step).map(asReferencePads);
  const running = train(side === 'padded' ? { ...job, batches: padded } : job);
  let step = await running.next();
  while (step.done !== true) step = await running.next();
  const found = await prepared.data.validate?.(predictor, step.value.weights);
  await predictor.release();
  return found?.metrics[metrics[task]] ?? NaN;
}

async function theirs(task: RealTask, seed: number, drawn: 'own' | 'order' | 'all'): Promise<number> {
  const { head, prepared, job, setting } = await realTaskJob(task, join(folder, task), options(seed));
  const { data, recipe, originals, roles, base } = prepared;
  const examples = Array.from({ length: data.examples }, (_, i) => data.example(i, 0, 0));
  const peer = { python, folder, run: join(folder, 'run.json'), labels: data.outputs };
  const { batchSize } = setting;
  const settings = {
    folder: recipe.base,
    head,
    labels: data.outputs,
    learningRate: LEARNING_RATE,
    batchSize,
    k: job.select.k,
    steps: [steps, steps],
    seed,
    threads: THREADS,
    ...(drawn === 'own'
      ? {}
      : {
          initialHead: await writeHead(job),
          order: drawnOrder({ examples: data.examples, batchSize, seed }, job),
        }),
    ...(drawn === 'all' ? { dropoutScales: drawnScales(job) } : {}),
  };
  await trainPeer(peer, examples, settings, drawn === 'all' ? drawnDropout(job) : []);
  const weights = newWeights(originals, roles, base.config, []);
  const found = await data.validate?.(peerPredictor(peer), weights);
  return found?.metrics[metrics[task]] ?? NaN;
}

/** The head with which a run of ours begins, as a file. */
async function writeHead({ originals }: TrainingJob): Promise<string> {
  const path = join(folder, 'head.safetensors');
  const parts = [...originals].filter(([name]) => !name.startsWith('bert.'));
  await writeSafetensors(
    path,
    parts.map(([name, { shape, values: own }]) => ({ name, shape, values: own })),
  );
  return path;
}

function summarise(task: RealTask, other: Other): void {
  const of = (side: Run['side']) =>
    seeds.flatMap((seed) =>
      done.filter((run) => run.task === task && run.side === side && run.seed === seed),
    );
  const [a, b] = [of(own), of(other)].map((runs) => runs.map(({ value }) => 100 * value));
  if (a.length < 2 || a.length !== b.length) return;
  const difference = mean(a) - mean(b);
  const margin = other === 'own' ? welchMargin(a, b) : pairedMargin(a, b);
  const limit = 2 * Math.sqrt(variance(b));
  const within = Math.abs(difference) + margin <= limit;
  const seconds = [...of(own), ...of(other)].reduce((sum, run) => sum + run.seconds, 0);
  process.stdout.write(
    `${task}, ${own} and ${other}: ours ${a.map(fixed).join(' ')}, mean ${fixed(mean(a))} (SD ${fixed(Math.sqrt(variance(a)))}), ` +
      `${other === 'mixed' ? 'mixed' : 'torch'} ${b.map(fixed).join(' ')}, mean ${fixed(mean(b))} (SD ${fixed(Math.sqrt(variance(b)))}), ` +
      `difference ${fixed(difference)} [${fixed(difference - margin)}, ${fixed(difference + margin)}], within ±${fixed(limit)}: ${within ? 'yes' : 'no'}, ${Math.round(seconds / 60)} min\n`,
  );
}

/** Half of Welch's interval; with five seeds a side about 8 degrees of freedom. */
function welchMargin(a: readonly number[], b: readonly number[]): number {
  const error = Math.sqrt(variance(a) / a.length + variance(b) / b.length);
  const degrees =
    error ** 4 /
    ((variance(a) / a.length) ** 2 / (a.length - 1) + (variance(b) / b.length) ** 2 / (b.length - 1));
  return studentQuantile(degrees) * error;
}

/** Half of Student's interval of the mean of the pairs' differences. */
function pairedMargin(a: readonly number[], b: readonly number[]): number {
  const differences = a.map((value, i) => value - b[i]);
  return studentQuantile(a.length - 1) * Math.sqrt(variance(differences) / a.length);
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
