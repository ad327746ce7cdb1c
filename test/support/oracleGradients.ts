import type { Precision } from '../../src/core/precision.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { fullGroups } from '../../src/training/entryGroups.ts';
import { gradientComputer } from '../../src/training/gradients.ts';
import { newWeights } from '../../src/training/weights.ts';
import { examplesOf } from './oracleBatches.ts';
import { oracleJson, oracleTensors } from './oracleFiles.ts';
import { oracleModel } from './oracleModel.ts';

interface Recorded {
  readonly norm: number;
  readonly first: number[];
  readonly top_indices: number[];
  readonly top_values: number[];
}

/** A parameter's gradient, ours and what the reference recorded of its own. */
export interface GradientPair {
  readonly name: string;
  readonly found: Float32Array;
  readonly recorded: Recorded;
  /** Errors are told as shares of this. */
  readonly scale: number;
}

interface OracleGradients {
  readonly loss: number;
  readonly recordedLoss: number;
  readonly pairs: readonly GradientPair[];
}

/** The loss of the oracle's batch of a head, and its gradients: what an engine says, and what the reference did. */
export async function oracleGradients(
  head: string,
  engine: Engine,
  { precision = 'single', scale = 1 }: { readonly precision?: Precision; readonly scale?: number } = {},
): Promise<OracleGradients> {
  const { model, parameters, packing } = await oracleModel(head, false);
  const roles = new Map([...parameters.keys()].map((name) => [name, 'maskable'] as const));
  const tied = head === 'mlm' ? ['bert.embeddings.word_embeddings.weight'] : [];
  const weights = newWeights(parameters, roles, model.config, tied);
  const computer = gradientComputer({
    engine,
    model,
    weights,
    packing,
    dropout: { hidden: 0, attention: 0, head: 0 },
    precision,
    microTokens: 16,
    seed: 1,
    wanted: new Set(parameters.keys()),
    touch: true,
  });
  // Groups move the gradients into slabs, so they come before anything is computed.
  const groups = fullGroups({
    weights,
    gradients: computer.gradients,
    l1: false,
    l1OnSparseOnly: false,
    shared: false,
  });
  const batch = examplesOf(await oracleTensors('forward.safetensors'), `${head}.`);
  const { losses } = await computer.compute([batch], 0, { scale });
  const width = model.config.hiddenSize;
  const found = new Map<string, Float32Array>();
  for (const group of groups) {
    group.before();
    const whole = new Float32Array(parameters.get(group.name)!.values.length);
    const rows = group.state().rows;
    for (const { gradients, at, count } of group.ranges()) {
      if (rows === undefined) whole.set(gradients.subarray(at, at + count));
      else
        rows.forEach((row, slot) =>
          whole.set(gradients.subarray(slot * width, (slot + 1) * width), row * width),
        );
    }
    found.set(group.name, whole);
  }
  await computer.release();
  const recorded = oracleJson<Record<string, Record<string, Recorded>>>('gradients.json')[head];
  return {
    loss: losses[0],
    recordedLoss: oracleJson<{ loss: Record<string, number> }>('forward.json').loss[head],
    pairs: Object.entries(recorded).map(([name, one]) => ({
      name,
      found: found.get(name)!,
      recorded: one,
      scale: Math.max(one.norm, 1e-3),
    })),
  };
}

/** A softmax over positions does not notice it: what there is of a gradient is rounding. */
export function isNoise(name: string): boolean {
  return name === 'qa_outputs.bias' || name.endsWith('attention.self.key.bias');
}

/** Largest error of the entries that were recorded, as a share of the gradient's norm. */
export function gradientError({ found, recorded, scale }: GradientPair): number {
  const { first, top_indices, top_values } = recorded;
  return Math.max(
    ...first.map((value, i) => Math.abs(found[i] - value) / scale),
    ...top_indices.map((at, i) => Math.abs(found[at] - top_values[i]) / scale),
  );
}
