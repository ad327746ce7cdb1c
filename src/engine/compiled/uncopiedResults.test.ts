import { memoryUsage } from 'node:process';
import { expect, it } from 'vitest';
import type { ProgramSpec } from '../program.ts';
import { compiledEngine } from './compiledEngine.ts';

const SIZE = 4_000_000;

/** Its gradient by x is as large as x: 16 MB. */
const spec: ProgramSpec = {
  program: ({ x }) => ({ loss: x.square().sum().asScalar() }),
  inputs: [{ name: 'x', shape: [SIZE], type: 'float32' }],
  gradients: ['x'],
  accumulated: ['x'],
};

it('results are written where they are wanted, and no copies of them are made', async () => {
  const executable = await compiledEngine({ threads: 2 }).compile(spec);
  const feeds = { x: new Float32Array(SIZE).fill(3) };
  const results = { loss: new Float32Array(1), 'gradient.x': new Float32Array(SIZE) };
  try {
    await executable.run(feeds, results);
    const before = memoryUsage().arrayBuffers;
    await executable.run(feeds, results);
    expect(memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
    expect(results.loss[0]).toBeCloseTo(9 * SIZE, -2);
    expect(new Set(results['gradient.x'])).toEqual(new Set([6]));
    await executable.run(feeds, results, { accumulate: true });
    expect(new Set(results['gradient.x'])).toEqual(new Set([12]));
  } finally {
    await executable.release();
  }
});

it('what goes wrong in a run is told all the same', async () => {
  const executable = await compiledEngine({ threads: 1 }).compile({
    ...spec,
    inputs: [{ name: 'x', shape: [2, 3], varies: [0], type: 'float32' }],
  });
  const results = { loss: new Float32Array(1), 'gradient.x': new Float32Array(5) };
  const run = executable.run({ x: new Float32Array(6) }, results);
  await expect(run).rejects.toThrow();
  await expect(run).rejects.not.toThrow(/non tensor/i);
  await executable.release();
});
