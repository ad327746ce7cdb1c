import { matMul, memory, setBackend, type Tensor } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { engines } from '../../../test/support/engines.ts';
import { eagerEngine } from './eagerEngine.ts';
import { gradientOf, type ProgramSpec } from '../program.ts';

const spec: ProgramSpec = {
  inputs: [
    { name: 'x', shape: [2, 3], varies: [0], type: 'float32' },
    { name: 'weight', shape: [3, 3], type: 'float32' },
  ],
  gradients: ['weight'],
  accumulated: ['weight'],
  program: ({ x, weight }) => {
    const product: Tensor = matMul(x, weight);
    return { loss: product.square().sum().asScalar() };
  },
};

// What counts tensors would otherwise make a backend of its own.
beforeAll(() => setBackend('cpu'));

const ones = (size: number) => new Float32Array(size).fill(1);

/** TensorFlow.js' plain JavaScript, and what SFT_ENGINE names beside it. */
const eager = [eagerEngine('cpu'), ...engines.filter(({ name }) => name.startsWith('tfjs-'))];

describe.each(eager)('op by op on $name', (engine) => {
  it('holds no more tensors after 500 steps than after one, and none when released', async () => {
    const before = memory().numTensors;
    const executable = await engine.compile(spec);
    const results = { loss: ones(1), [gradientOf('weight')]: ones(9) };
    let held = 0;
    for (let step = 0; step < 500; step++) {
      const rows = 1 + (step % 4);
      const unchanged = step % 2 === 1 ? new Set(['weight']) : new Set<string>();
      await executable.run({ x: ones(3 * rows), weight: ones(9) }, results, { unchanged });
      if (step === 0) held = memory().numTensors;
      expect(memory().numTensors).toBe(held);
    }
    await executable.release();
    expect(memory().numTensors).toBe(before);
  });

  it('takes a parameter to the device again only when it has changed', async () => {
    const executable = await engine.compile(spec);
    const results = { loss: ones(1) };
    const run = async (weight: Float32Array, unchanged: string[] = []) => {
      await executable.run({ x: ones(3), weight }, results, { unchanged: new Set(unchanged) });
      return results.loss[0];
    };
    expect(await run(ones(9))).toBe(27);
    // What is said to be unchanged is not read.
    expect(await run(new Float32Array(9), ['weight'])).toBe(27);
    expect(await run(new Float32Array(9))).toBe(0);
    await executable.release();
  });

  it('keeps a weight of which only some entries change, and gives their gradients', async () => {
    const before = memory().numTensors;
    const values = Float32Array.from({ length: 9 }, (_, i) => i);
    const resident = new Map([['weight', { indices: Uint32Array.of(1, 5), values }]]);
    const [short, whole] = [await engine.compile({ ...spec, resident }), await engine.compile(spec)];
    const gradients = { short: new Float32Array(2), whole: new Float32Array(9) };
    let held = 0;
    for (let step = 0; step < 3; step++) {
      const entries = Float32Array.of(step, -step);
      const all = values.slice();
      [all[1], all[5]] = entries;
      const x = Float32Array.of(1, 2, 3);
      await short.run({ x, weight: entries }, { [gradientOf('weight')]: gradients.short });
      await whole.run({ x, weight: all }, { [gradientOf('weight')]: gradients.whole });
      expect([...gradients.short]).toEqual([gradients.whole[1], gradients.whole[5]]);
      if (step === 0) held = memory().numTensors;
      expect(memory().numTensors).toBe(held);
    }
    await short.release();
    await whole.release();
    expect(memory().numTensors).toBe(before);
  });

  it('holds nothing of a run that failed', async () => {
    const executable = await engine.compile({ ...spec, program: () => ({}) });
    const run = () => executable.run({ x: ones(3), weight: ones(9) }, { loss: ones(1) });
    await expect(run()).rejects.toThrow('without a loss');
    const held = memory().numTensors;
    await expect(run()).rejects.toThrow('without a loss');
    expect(memory().numTensors).toBe(held);
    await executable.release();
  });
});
