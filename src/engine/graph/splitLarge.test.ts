import { matMul } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { compiledEngine } from '../compiled/compiledEngine.ts';
import { gradientOf, type ProgramSpec } from '../program.ts';
import { trace } from '../trace/trace.ts';
import { splitLarge } from './splitLarge.ts';

const VOCABULARY = 23;
const WIDTH = 4;

/** A vocabulary's output matrix, as masked-language modelling has it: it is read, and its gradient is wanted. */
const spec: ProgramSpec = {
  inputs: [
    { name: 'x', shape: [3, WIDTH], varies: [0], type: 'float32' },
    { name: 'table', shape: [VOCABULARY, WIDTH], type: 'float32' },
    { name: 'bias', shape: [VOCABULARY], type: 'float32' },
  ],
  gradients: ['x', 'table', 'bias'],
  accumulated: ['table', 'bias'],
  program: ({ x, table, bias }) => ({
    loss: matMul(x, table, false, true).add(bias).mul(0.5).square().sum().asScalar(),
  }),
};

const values = (size: number, seed: number) =>
  Float32Array.from({ length: size }, (_, i) => Math.sin(seed + 1.7 * i));

async function compute(largestArray?: number) {
  const executable = await compiledEngine({
    threads: 1,
    ...(largestArray === undefined ? {} : { largestArray }),
  }).compile(spec);
  const results = {
    loss: new Float32Array(1),
    [gradientOf('x')]: new Float32Array(3 * WIDTH),
    [gradientOf('table')]: new Float32Array(VOCABULARY * WIDTH),
    [gradientOf('bias')]: new Float32Array(VOCABULARY),
  };
  const feeds = (seed: number) => ({
    x: values(3 * WIDTH, seed),
    table: values(VOCABULARY * WIDTH, 5),
    bias: values(VOCABULARY, 9),
  });
  await executable.run(feeds(1), results);
  // The second micro-batch adds to the gradients of the first.
  await executable.run(feeds(2), results, { accumulate: true });
  await executable.release();
  return Object.values(results).flatMap((array) => [...array]);
}

describe('a matrix that is larger than a buffer', () => {
  it.each([1, 5, 11, 22])('gives the same in parts of %i rows', async (rows) => {
    const whole = await compute();
    const parts = await compute(rows * WIDTH * 4);
    expect(parts).toHaveLength(whole.length);
    parts.forEach((value, i) => expect(value).toBeCloseTo(whole[i], 4));
  });

  it('enters and leaves in parts that fit', async () => {
    const limit = 5 * WIDTH * 4;
    const { graph, parts } = splitLarge(await trace(spec), limit);
    expect(parts.get('table')?.map(({ from, to }) => to - from)).toEqual([5, 5, 5, 5, 3]);
    const fixed = [...graph.inputs, ...graph.outputs].filter(({ varies = [] }) => varies.length === 0);
    for (const { name, shape } of fixed)
      if (shape.length === 2) expect(4 * shape[0] * shape[1], name).toBeLessThanOrEqual(limit);
    expect(graph.inputs.map(({ name }) => name)).not.toContain('table');
  });

  it('leaves a graph alone that fits', async () => {
    const graph = await trace(spec);
    expect(splitLarge(graph, 1e6).graph).toBe(graph);
  });
});
