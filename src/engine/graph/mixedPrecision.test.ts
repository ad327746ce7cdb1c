import { matMul } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { compiledEngine } from '../compiled/compiledEngine.ts';
import { gradientOf, INVERSE_SCALE, type ProgramSpec } from '../program.ts';

/** Two layers; the weights of the rows bring the scale of the loss along, as the caller's do. */
const spec: ProgramSpec = {
  inputs: [
    { name: 'x', shape: [2, 2], varies: [0], type: 'float32' },
    { name: 'first', shape: [2, 2], type: 'float32' },
    { name: 'second', shape: [2, 1], type: 'float32' },
    { name: 'weights', shape: [2, 1], varies: [0], type: 'float32' },
  ],
  gradients: ['first', 'second'],
  accumulated: ['first', 'second'],
  precision: 'mixed',
  program: ({ x, first, second, weights }) => {
    const hidden = matMul(x, first);
    const y = matMul(hidden, second);
    return { loss: y.mul(weights).sum().asScalar(), outputs: { hidden, y } };
  },
};

interface Asked {
  readonly x?: readonly number[];
  readonly first?: readonly number[];
  readonly second?: readonly number[];
  readonly scale?: number;
  readonly precision?: 'single' | 'mixed';
  readonly runs?: number;
  readonly largestArray?: number;
  /** Operators on half precision, of which ONNX Runtime leaves the roundings out on a processor. */
  readonly native?: boolean;
}

async function compute({
  x = [1, 0],
  first = [1, 0, 0, 1],
  second = [1, 1],
  scale = 1,
  precision = 'mixed',
  runs = 1,
  largestArray,
  native = false,
}: Asked) {
  const engine = compiledEngine({
    threads: 1,
    ...(largestArray === undefined ? {} : { largestArray }),
    ...(native ? { halves: 'native' } : {}),
  });
  const executable = await engine.compile({ ...spec, precision });
  const rows = x.length / 2;
  const results = {
    loss: new Float32Array(1),
    hidden: new Float32Array(2 * rows),
    y: new Float32Array(rows),
    [gradientOf('first')]: new Float32Array(4),
    [gradientOf('second')]: new Float32Array(2),
  };
  const feeds = {
    x: Float32Array.from(x),
    first: Float32Array.from(first),
    second: Float32Array.from(second),
    weights: new Float32Array(rows).fill(scale),
    ...(precision === 'mixed' ? { [INVERSE_SCALE]: Float32Array.of(1 / scale) } : {}),
  };
  for (let run = 0; run < runs; run++) await executable.run(feeds, results, { accumulate: run > 0 });
  await executable.release();
  return {
    hidden: [...results.hidden],
    y: [...results.y],
    first: [...results[gradientOf('first')]],
    second: [...results[gradientOf('second')]],
  };
}

/** A step above 1 that single precision has and half precision has not. */
const LITTLE = 2 ** -12;

describe('a graph in mixed precision', () => {
  it('rounds what products read and write to half precision, and says so in single', async () => {
    // 1 + LITTLE is 1 in half precision, so that the difference of the two hidden numbers is lost.
    const asked = { x: [1, 0], first: [1 + LITTLE, 1, 0, 1], second: [4096, -4096] };
    expect((await compute({ ...asked, precision: 'single' })).y).toEqual([1]);
    expect((await compute(asked)).y).toEqual([0]);
    // A product of halves that is none itself.
    const product = { x: [1 + 2 ** -10, 0], first: [1 + 2 ** -10, 0, 0, 0] };
    expect((await compute({ ...product, precision: 'single' })).hidden[0]).toBe((1 + 2 ** -10) ** 2);
    expect((await compute(product)).hidden[0]).toBe(1 + 2 ** -9);
  });

  it('sums in single precision', async () => {
    // In half precision 2048 + 1 is 2048.
    const { y } = await compute({ x: [1, 1], first: [2048, 1, 0, 1], second: [1, 1] });
    expect(y).toEqual([2050]);
  });

  it('keeps small gradients by the scale of the loss, which no gradient has in the end', async () => {
    const asked = { x: [2 ** -20, 0], second: [2 ** -10, 0] };
    const exact = await compute({ ...asked, precision: 'single' });
    expect(exact.first[0]).toBe(2 ** -30);
    expect((await compute(asked)).first[0]).toBe(0);
    expect((await compute({ ...asked, scale: 2 ** 15 })).first[0]).toBe(2 ** -30);
  });

  it('shows gradients that are too large for half precision as infinite', async () => {
    const { first } = await compute({ second: [2, 1], scale: 2 ** 15 });
    expect(first[0]).toBe(Infinity);
    expect((await compute({ second: [2, 1], scale: 2 ** 14 })).first[0]).toBe(2);
  });

  it.each([undefined, 8])(
    'adds gradients of several runs in single precision (parts of %s bytes)',
    async (largestArray) => {
      const more = largestArray === undefined ? {} : { largestArray };
      const asked = { x: [2, 3, 2048, 5], second: [1, 1], scale: 4, ...more };
      const once = await compute(asked);
      const thrice = await compute({ ...asked, runs: 3 });
      // In half precision three times as much would be 6,152.
      expect(once.second).toEqual([2050, 8]);
      expect(thrice.second).toEqual(once.second.map((value) => 3 * value));
      expect(thrice.first).toEqual(once.first.map((value) => 3 * value));
    },
  );

  it('has types that ONNX Runtime takes where operators are on half precision', async () => {
    // All of them numbers of half precision, since it rounds nowhere here.
    const asked = { x: [2, 3, 1024, 5], second: [1, 1], scale: 4, runs: 2 };
    const found = await compute({ ...asked, native: true });
    expect(found).toEqual(await compute(asked));
    expect(found).toEqual(await compute({ ...asked, native: true, largestArray: 8 }));
  });
});
