import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { train } from '../src/training/train.ts';
import { median } from './statistics.ts';
import { benchJob } from './support/jobs.ts';
import { randomEncoder, shapeConfig, type ShapeName } from './support/shapes.ts';
import { languageBatches } from './support/texts.ts';

export interface LimitResult {
  readonly shape: ShapeName;
  readonly seconds: number;
  /** Matrix products alone, as ONNX Runtime times its own operators. */
  readonly productSeconds: number;
  readonly ratio: number;
  /** Seconds a step by kind of work. */
  readonly parts: readonly { readonly name: string; readonly seconds: number }[];
}

const WARM_UP = 3;
const MEASURED = 5;
const PRODUCTS = new Set(['Gemm', 'FusedMatMul', 'MatMul']);

/** How far a step of masked-language modelling (4 x 256, L1, full phase) is from its matrix products alone. */
export async function timeLimit(shape: ShapeName, threads: number): Promise<LimitResult> {
  const folder = mkdtempSync(join(tmpdir(), 'sft-limit-'));
  try {
    const config = shapeConfig(shape);
    const [batch] = await languageBatches(shape, 1);
    const job = benchJob({
      config,
      base: randomEncoder(config),
      task: 'mlm',
      labels: config.vocabSize,
      batches: [batch],
      steps: WARM_UP + MEASURED,
      l1: 0.1,
      k: 1000,
      dropout: 0.1,
      learningRate: 5e-5,
      engine: { threads, profilePrefix: join(folder, 'profile') },
    });
    const seconds: number[] = [];
    for await (const event of train(job)) {
      // Before the sparse phase runs anything, which would count as a step too many.
      if (event.type === 'select') break;
      if (event.type !== 'step') continue;
      if (event.step > WARM_UP) seconds.push(event.seconds);
    }
    return summarize(shape, median(seconds), folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface ProfileEvent {
  readonly cat: string;
  readonly name: string;
  readonly dur: number;
  readonly args?: { readonly op_name?: string };
}

function summarize(shape: ShapeName, seconds: number, folder: string): LimitResult {
  const byKind = new Map<string, number>();
  let products = 0;
  for (const file of readdirSync(folder)) {
    const events = JSON.parse(readFileSync(join(folder, file), 'utf8')) as ProfileEvent[];
    const kernels = events.filter(({ cat, name }) => cat === 'Node' && name.endsWith('_kernel_time'));
    for (const [node, durations] of groupBy(kernels)) {
      // The same batch at every step: a node of the model runs equally often in each.
      const perStep = durations.length / (WARM_UP + MEASURED);
      const kept = durations.slice(Math.round(perStep * WARM_UP));
      const cost = kept.reduce((sum, one) => sum + one, 0) / MEASURED / 1e6;
      const op = node.split('\0')[1];
      const kind = kindOf(op);
      if (PRODUCTS.has(op)) products += cost;
      byKind.set(kind, (byKind.get(kind) ?? 0) + cost);
    }
  }
  const inside = [...byKind.values()].reduce((sum, one) => sum + one, 0);
  byKind.set('optimiser, embedding, dropout masks, calls', seconds - inside);
  const parts = [...byKind]
    .map(([name, cost]) => ({ name, seconds: cost }))
    .toSorted((a, b) => b.seconds - a.seconds);
  return { shape, seconds, productSeconds: products, ratio: seconds / products, parts };
}

function groupBy(events: readonly ProfileEvent[]): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const { name, dur, args } of events) {
    const key = `${name}\0${args?.op_name ?? ''}`;
    const group = groups.get(key) ?? [];
    group.push(dur);
    groups.set(key, group);
  }
  return groups;
}

function kindOf(op: string): string {
  if (PRODUCTS.has(op)) return 'matrix products';
  if (['Softmax', 'LogSoftmax', 'Exp'].includes(op)) return 'softmax and exponentials';
  if (['Erf', 'Gelu'].includes(op)) return 'GELU';
  if (op === 'LayerNormalization') return 'LayerNorm';
  if (op.startsWith('Reduce')) return 'sums';
  if (['Transpose', 'Reshape', 'Gather', 'GatherND', 'ScatterND', 'Expand', 'ConstantOfShape'].includes(op))
    return 'moving';
  return 'elementwise';
}
