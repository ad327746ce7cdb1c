import { matMul, scalar } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { compiledEngine } from '../compiled/compiledEngine.ts';
import type { ProgramSpec } from '../program.ts';
import { trace } from '../trace/trace.ts';

const inputs = ['a', 'b', 'c'].map((name) => ({ name, shape: [2, 2], type: 'float32' }) as const);

function program(compute: ProgramSpec['program']): ProgramSpec {
  return { inputs, gradients: [], accumulated: [], program: compute };
}

async function evaluate(spec: ProgramSpec): Promise<number[]> {
  const executable = await compiledEngine({ threads: 1 }).compile(spec);
  const out = new Float32Array(4);
  const feeds = {
    a: Float32Array.of(1, 2, 3, 4),
    b: Float32Array.of(5, 6, 7, 8),
    c: Float32Array.of(1, -1, 2, 0.5),
  };
  await executable.run(feeds, { out });
  await executable.release();
  return Array.from(out);
}

const ops = async (spec: ProgramSpec) => (await trace(spec)).nodes.map(({ op }) => op);

it('a factor of a product is part of the product', async () => {
  const spec = program(({ a, b }) => ({ outputs: { out: matMul(a, b).mul(0.5) } }));
  expect(await ops(spec)).toEqual(['Gemm']);
  expect(await evaluate(spec)).toEqual([9.5, 11, 21.5, 25]);
});

it('a factor that only products read is part of them', async () => {
  const spec = program(({ a, b, c }) => {
    const half = a.mul(0.5);
    return { outputs: { out: matMul(half, b).add(matMul(c, half)) } };
  });
  expect((await ops(spec)).includes('Mul')).toBe(false);
  expect(await evaluate(spec)).toEqual([8.5, 10, 23.25, 28]);
});

it('a product that somebody else reads keeps its values', async () => {
  const spec = program(({ a, b }) => {
    const product = matMul(a, b);
    return { outputs: { out: product.mul(2).add(product) } };
  });
  expect(await evaluate(spec)).toEqual([57, 66, 129, 150]);
});

it('a factor that something else than a product reads stays', async () => {
  const spec = program(({ a, b }) => {
    const twice = a.mul(2);
    return { outputs: { out: matMul(twice, b).add(twice.add(scalar(1))) } };
  });
  expect(await evaluate(spec)).toEqual([41, 49, 93, 109]);
});
