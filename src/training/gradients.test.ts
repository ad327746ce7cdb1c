import { expect, it } from 'vitest';
import { compiledEngine } from '../engine/compiled/compiledEngine.ts';
import { buildModel } from '../model/buildModel.ts';
import { tokenClassification } from '../model/heads/tokenClassification.ts';
import { gradientComputer } from './gradients.ts';
import { randomWeights, smallConfig } from '../../test/support/smallEncoder.ts';
import { graphModel, packingOptions } from './graphModel.ts';
import { newWeights } from './weights.ts';

const config = smallConfig(64);

function newComputer(microTokens: number) {
  const base = randomWeights(config);
  const head = tokenClassification;
  const parameters = buildModel(base, { config, head, labels: 5, seed: 1 });
  const roles = new Map([...parameters.keys()].map((name) => [name, 'maskable'] as const));
  const weights = newWeights(parameters, roles, config, []);
  return gradientComputer({
    engine: compiledEngine({ threads: 2 }),
    model: graphModel(parameters, config, head),
    weights,
    packing: packingOptions(config, head),
    dropout: { hidden: 0.1, attention: 0.1, head: 0.1 },
    microTokens,
    seed: 3,
    wanted: new Set(parameters.keys()),
    touch: true,
  });
}

/** Sentences of nothing but the same two pieces: every row of the embedding gradient is a sum over many positions. */
const repeated = Array.from({ length: 24 }, (_, e) => ({
  ids: Int32Array.from({ length: 20 + e }, (_, i) => 7 + (i % 2)),
  labels: Int32Array.from({ length: 20 + e }, (_, i) => i % 5),
}));

it('gives the same bits 200 times, on two threads, for a batch full of repeated pieces', async () => {
  const computer = newComputer(4096);
  const snapshot = () => [
    ...[...computer.gradients.arrays.values()].map((array) => Buffer.from(array.slice().buffer)),
    ...[...computer.gradients.tables.values()].map(({ values }) => Buffer.from(values.slice().buffer)),
  ];
  await computer.compute([repeated], 1);
  const first = snapshot();
  for (let i = 0; i < 199; i++) {
    await computer.compute([repeated], 1);
    expect(snapshot().every((bytes, k) => bytes.equals(first[k]))).toBe(true);
  }
  await computer.release();
});

it('gives the same gradients, dropout included, however a batch is cut into micro-batches', async () => {
  const [whole, cut] = [newComputer(4096), newComputer(100)];
  const [one, other] = [await whole.compute([repeated], 5), await cut.compute([repeated], 5)];
  expect(other.losses[0]).toBeCloseTo(one.losses[0], 5);
  for (const [name, gradient] of whole.gradients.arrays) {
    const found = cut.gradients.arrays.get(name)!;
    const scale = Math.max(1e-3, Math.hypot(...gradient));
    gradient.forEach((value, i) => expect(Math.abs(found[i] - value) / scale, name).toBeLessThan(1e-5));
  }
  await whole.release();
  await cut.release();
});
