/**
 * Step by step against torch on real data: the same batches, order and initial head; dropout 0, or, with --dropout, the same masks.
 *
 *     node dist/losses.js PYTHON [--dropout 0.1] [tagging|mlm|pos|ner|nli|americasnli|sentiment|qa|parsing]...
 *
 * Prints for each the largest relative difference of the first 100 losses of each phase. `tagging` and `mlm` are with an L1 term.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Example } from '../src/data/example.ts';
import { readModelConfig, readModelParameters } from '../src/formats/modelFolder.ts';
import { writeSafetensors, type TensorToWrite } from '../src/formats/safetensorsWriter.ts';
import type { TrainingJob } from '../src/training/job.ts';
import { train } from '../src/training/train.ts';
import { drawnDropout, drawnScales } from './support/draws.ts';
import { benchJob } from './support/jobs.ts';
import { asReferencePads, paddedExamples } from './support/padding.ts';
import { realTaskJob, realTasks, type RealTask } from './support/realTasks.ts';
import { runPeer } from './support/runPeer.ts';
import { languageBatches, shared, taggingBatches } from './support/texts.ts';

const STEPS = 100;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { dropout: { type: 'string', default: '0' } },
});
const [python, ...named] = positionals;
const dropout = Number(values.dropout);
const model = join(shared, 'models/all-MiniLM-L6-v2');
const folder = mkdtempSync(join(tmpdir(), 'sft-losses-'));
try {
  for (const name of named.length > 0 ? named : ['tagging', 'mlm', ...realTasks]) {
    const compared = await compare(name, await jobOf(name));
    process.stdout.write(`${JSON.stringify(compared)}\n`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

interface Compared {
  readonly head: string;
  readonly job: TrainingJob;
  /** Those of each step, in both phases. */
  readonly batches: readonly (readonly Example[])[];
  readonly learningRate: number;
  readonly labels: number;
}

function jobOf(name: string): Promise<Compared> {
  if (name === 'mlm' || name === 'tagging') return withL1(name);
  const task = realTasks.find((known) => known === name);
  if (task === undefined) throw new Error(`There is no task ${name}; there are ${realTasks.join(', ')}.`);
  return ofTask(task);
}

async function ofTask(task: RealTask): Promise<Compared> {
  const learningRate = 1e-4;
  const steps = { full: STEPS, sparse: STEPS };
  const options = { steps, learningRate, dropout, seed: 1, threads: 2 };
  const { head, job, prepared } = await realTaskJob(task, join(folder, task), options);
  const batches = Array.from({ length: STEPS }, (_, step) => asReferencePads(job.batches(0, step)[0]));
  const own = { ...job, batches: (_: number, step: number) => [batches[step]] };
  return { head, job: own, batches, learningRate, labels: prepared.data.outputs };
}

async function withL1(kind: 'tagging' | 'mlm'): Promise<Compared> {
  const config = readModelConfig(model);
  const { batches, labels } =
    kind === 'mlm'
      ? { batches: await languageBatches('MiniLM', STEPS), labels: config.vocabSize }
      : await taggingBatches('MiniLM', STEPS);
  const learningRate = kind === 'mlm' ? 5e-5 : 2e-4;
  const job = benchJob({
    config,
    base: await readModelParameters(model, config),
    task: kind,
    labels,
    batches,
    steps: STEPS,
    dropout,
    engine: { threads: 2 },
    l1: 0.1,
    k: kind === 'mlm' ? 977_000 : 1_805_230,
    learningRate,
  });
  return { head: kind === 'mlm' ? 'mlm' : 'token-classification', job, batches, learningRate, labels };
}

async function compare(name: string, { head, job, batches, learningRate, labels }: Compared) {
  await writePeerFiles(batches, new Map([...job.originals].filter(([key]) => !key.startsWith('bert.'))));
  const ours: Record<'full' | 'sparse', number[]> = { full: [], sparse: [] };
  for await (const event of train(job)) if (event.type === 'step') ours[event.phase].push(event.loss);
  const run = {
    folder: model,
    head,
    labels,
    initialHead: join(folder, 'head.safetensors'),
    batches: join(folder, 'batches.safetensors'),
    learningRate,
    l1: [job.full.l1, job.sparse.l1],
    k: job.select.k,
    totalSteps: [STEPS, STEPS],
    stepsRun: STEPS,
    ...(dropout > 0 ? { dropoutScales: drawnScales(job) } : {}),
  };
  writeFileSync(join(folder, 'run.json'), JSON.stringify(run));
  const script = join(import.meta.dirname, '..', 'bench', 'peer', 'steps100.py');
  const printed = await runPeer(
    python,
    [script, join(folder, 'run.json')],
    dropout > 0 ? drawnDropout(job) : [],
  );
  const theirs = JSON.parse(printed) as Record<'full' | 'sparse', number[]>;
  return {
    task: name,
    dropout,
    full: worst(ours.full, theirs.full),
    sparse: worst(ours.sparse, theirs.sparse),
    first: ours.full[0],
    last: ours.sparse.at(-1),
    steps: STEPS,
  };
}

async function writePeerFiles(
  batches: readonly (readonly Example[])[],
  head: ReadonlyMap<string, { shape: readonly number[]; values: Float32Array }>,
) {
  const tensors: TensorToWrite[] = batches.flatMap((batch, b) =>
    Object.entries(paddedExamples(batch)).map(([name, { shape, values }]) => ({
      name: `${name}.${b}`,
      shape,
      values,
    })),
  );
  await writeSafetensors(join(folder, 'batches.safetensors'), tensors);
  const parts = [...head].map(([name, { shape, values }]) => ({ name, shape, values }));
  await writeSafetensors(join(folder, 'head.safetensors'), parts);
}

function worst(ours: readonly number[], theirs: readonly number[]): number {
  return Math.max(...ours.map((loss, i) => Math.abs(loss - theirs[i]) / theirs[i]));
}
