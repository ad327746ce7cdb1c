import { logSoftmax, max } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { compiledEngine } from '../compiled/compiledEngine.ts';
import { crossEntropy } from '../../model/ops/crossEntropy.ts';
import type { ProgramSpec } from '../program.ts';

async function evaluate(
  program: ProgramSpec['program'],
  x: readonly number[],
  size: number,
): Promise<number[]> {
  const inputs = [
    { name: 'x', shape: [x.length / 2, 2], type: 'float32' },
    { name: 'picks', shape: [x.length / 2, 2], type: 'int32' },
    { name: 'weights', shape: [x.length / 2], type: 'float32' },
  ] as const;
  const spec: ProgramSpec = { inputs, gradients: [], accumulated: [], program };
  const executable = await compiledEngine({ threads: 1 }).compile(spec);
  const out = new Float32Array(size);
  const feeds = {
    x: Float32Array.from(x),
    picks: Int32Array.from(x.flatMap((_, i) => (i % 2 === 0 ? [i / 2, 0] : []))),
    weights: Float32Array.of(1, 0),
  };
  await executable.run(feeds, { out });
  await executable.release();
  return Array.from(out);
}

it('the largest of each row is that of this row', async () => {
  const found = await evaluate(({ x }) => ({ outputs: { out: max(x, -1) } }), [1, 2, 4, 3], 2);
  expect(found).toEqual([2, 4]);
});

it('a row of large numbers takes nothing from the others', async () => {
  const found = await evaluate(({ x }) => ({ outputs: { out: logSoftmax(x) } }), [0, 0, 1000, 0], 4);
  expect(found).toEqual([-Math.fround(Math.LN2), -Math.fround(Math.LN2), 0, -1000]);
});

const loss = (...filler: [number, number]) =>
  evaluate(
    ({ x, picks, weights }) => ({ outputs: { out: crossEntropy(x, picks, weights) } }),
    [0.3, -0.7, ...filler],
    1,
  );

it('filler leaves the loss as it is, bit for bit', async () => {
  const alone = await loss(0, 0);
  expect(alone[0]).toBeCloseTo(Math.log(1 + Math.exp(-1)), 6);
  for (const filler of [1, -30, 500]) expect(await loss(filler, -filler)).toEqual(alone);
});
