/**
 * Step by step against torch on real data: the same batches, order and initial head, dropout 0.
 *
 *     node dist/losses.js PYTHON [tagging|mlm]
 *
 * Prints the largest relative difference of the first 100 losses of each phase.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Example } from '../src/data/example.ts';
import { readModelConfig, readModelParameters } from '../src/formats/modelFolder.ts';
import { writeSafetensors, type TensorToWrite } from '../src/formats/safetensorsWriter.ts';
import { train } from '../src/training/train.ts';
import { benchJob } from './support/jobs.ts';
import { languageBatches, padded, shared, taggingBatches } from './support/texts.ts';

const STEPS = 100;
const [python, task = 'tagging'] = process.argv.slice(2);
const model = join(shared, 'models/all-MiniLM-L6-v2');
const folder = mkdtempSync(join(tmpdir(), 'sft-losses-'));
try {
  process.stdout.write(`${JSON.stringify(await compare(task === 'mlm' ? 'mlm' : 'tagging'))}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function compare(kind: 'tagging' | 'mlm') {
  const config = readModelConfig(model);
  const { batches, labels } =
    kind === 'mlm'
      ? { batches: await languageBatches('MiniLM', STEPS), labels: config.vocabSize }
      : await taggingBatches('MiniLM', STEPS);
  const settings = {
    l1: 0.1,
    k: kind === 'mlm' ? 977_000 : 1_805_230,
    learningRate: kind === 'mlm' ? 5e-5 : 2e-4,
  };
  const base = await readModelParameters(model, config);
  const job = benchJob({
    config,
    base,
    task: kind,
    labels,
    batches,
    steps: STEPS,
    dropout: 0,
    engine: { threads: 2 },
    ...settings,
  });
  await writePeerFiles(batches, new Map([...job.originals].filter(([name]) => !name.startsWith('bert.'))));
  const ours: Record<'full' | 'sparse', number[]> = { full: [], sparse: [] };
  for await (const event of train(job)) if (event.type === 'step') ours[event.phase].push(event.loss);
  const run = {
    folder: model,
    head: kind === 'mlm' ? 'mlm' : 'token-classification',
    labels,
    initialHead: join(folder, 'head.safetensors'),
    batches: join(folder, 'batches.safetensors'),
    learningRate: settings.learningRate,
    l1: [settings.l1, settings.l1],
    k: settings.k,
    totalSteps: [STEPS, STEPS],
    stepsRun: STEPS,
  };
  writeFileSync(join(folder, 'run.json'), JSON.stringify(run));
  const script = join(import.meta.dirname, '..', 'bench', 'peer', 'steps100.py');
  const printed = execFileSync(python, [script, join(folder, 'run.json')], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  const theirs = JSON.parse(printed) as Record<'full' | 'sparse', number[]>;
  return {
    task: kind,
    full: worst(ours.full, theirs.full),
    sparse: worst(ours.sparse, theirs.sparse),
    steps: STEPS,
  };
}

async function writePeerFiles(
  batches: readonly (readonly Example[])[],
  head: ReadonlyMap<string, { shape: readonly number[]; values: Float32Array }>,
) {
  const tensors: TensorToWrite[] = batches.flatMap((batch, b) =>
    Object.entries(padded(batch)).map(([name, rows]) => ({
      name: `${name}.${b}`,
      shape: [rows.length, rows[0].length],
      values: Int32Array.from(rows.flat()),
    })),
  );
  await writeSafetensors(join(folder, 'batches.safetensors'), tensors);
  const parts = [...head].map(([name, { shape, values }]) => ({ name, shape, values }));
  await writeSafetensors(join(folder, 'head.safetensors'), parts);
}

function worst(ours: readonly number[], theirs: readonly number[]): number {
  return Math.max(...ours.map((loss, i) => Math.abs(loss - theirs[i]) / theirs[i]));
}
