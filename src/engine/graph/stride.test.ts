import { expect, it } from 'vitest';
import { compiledEngine } from '../compiled/compiledEngine.ts';
import type { ProgramSpec } from '../program.ts';
import { strideNames, type StridePlan } from './stride.ts';

/** The gradient of `weight` is the batch. */
const spec: ProgramSpec = {
  inputs: [
    { name: 'weight', shape: [2, 2], type: 'float32' },
    { name: 'batch', shape: [2, 2], type: 'float32' },
  ],
  gradients: ['weight'],
  accumulated: [],
  program: ({ weight, batch }) => ({ loss: weight.mul(batch).sum().asScalar() }),
};

const plan: StridePlan = {
  steps: 3,
  runs: 1,
  parameters: [{ name: 'weight', decays: false, regularized: true }],
  tables: [],
  sum: 'embedded',
  held: new Set(),
  l1: 0,
  weightDecay: 0,
  maxGradNorm: 0,
  guarded: true,
};

/** Three steps of SGD-like size 1: of Adam's, whose first moves are all of the learning rate. */
async function compute(batches: readonly (readonly number[])[], more: Partial<StridePlan> = {}) {
  const own = { ...plan, ...more };
  const executable = await compiledEngine({ threads: 1, strides: true }).compileStride?.(spec, own);
  const feeds: Record<string, Float32Array> = {
    weight: new Float32Array(4),
    [strideNames.first('weight')]: new Float32Array(4),
    [strideNames.second('weight')]: new Float32Array(4),
  };
  const results: Record<string, Float32Array> = {
    [strideNames.next('weight')]: new Float32Array(4),
    [strideNames.next(strideNames.first('weight'))]: new Float32Array(4),
    [strideNames.next(strideNames.second('weight'))]: new Float32Array(4),
  };
  for (let step = 0; step < own.steps; step++) {
    const at = (name: string) => strideNames.ofStep(step, name);
    feeds[at(strideNames.rate)] = Float32Array.of(0.1 / (1 - 0.9 ** (step + 1)));
    feeds[at(strideNames.root)] = Float32Array.of(1 / Math.sqrt(1 - 0.999 ** (step + 1)));
    results[at(strideNames.norm)] = new Float32Array(1);
    for (let run = 0; run < own.runs; run++) {
      const batch = batches[step * own.runs + run];
      feeds[strideNames.ofRun(step, run, 'batch')] = Float32Array.from(batch);
      results[strideNames.ofRun(step, run, strideNames.loss)] = new Float32Array(1);
    }
  }
  await executable?.run(feeds, results);
  await executable?.release();
  return {
    weight: [...results[strideNames.next('weight')]],
    norms: [0, 1, 2].map((step) => results[strideNames.ofStep(step, strideNames.norm)]?.[0]),
    losses: Object.entries(results).flatMap(([name, [loss]]) => (name.endsWith('/loss') ? [loss] : [])),
  };
}

const close = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 4) as number);

it('makes one step after the other, each with what the one before has moved', async () => {
  const { weight, norms, losses } = await compute([
    [1, 2, 0, 0],
    [1, 2, 0, 0],
    [1, 2, 0, 0],
  ]);
  // A gradient that stays the same moves its entry by the learning rate at each step, whatever its size.
  expect(weight).toEqual(close([-0.3, -0.3, 0, 0]));
  expect(norms).toEqual(close([Math.sqrt(5), Math.sqrt(5), Math.sqrt(5)]));
  expect(losses).toEqual(close([0, -0.3, -0.6]));
});

it('adds the gradients of the runs of a step', async () => {
  const runs = [1, 0, 2, 0, 3, 0].map((x, i) => (i % 2 === 0 ? [x, 0, 0, 0] : [0, 4, 0, 0]));
  const { norms } = await compute(runs, { runs: 2 });
  expect(norms).toEqual(close([Math.hypot(1, 4), Math.hypot(2, 4), Math.hypot(3, 4)]));
});

it('moves nothing any more from the first step on whose gradients are not finite', async () => {
  const batches = [
    [1, 1, 1, 1],
    [1, Infinity, 1, 1],
    [1, 1, 1, 1],
  ];
  const { weight, norms } = await compute(batches);
  expect(weight).toEqual(close([-0.1, -0.1, -0.1, -0.1]));
  expect(norms).toEqual([expect.closeTo(2, 4), Infinity, expect.closeTo(2, 4)]);
  const unguarded = await compute(batches, { guarded: false });
  expect(unguarded.weight[1]).toBeNaN();
});
