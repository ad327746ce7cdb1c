import { matMul } from '@tensorflow/tfjs-core';
import type { ProgramSpec } from '../engine/program.ts';

const SIZE = 768;

/** Multiply-adds of one run of `speedProgram`, times two. */
export const SPEED_FLOPS = 2 * SIZE ** 3;

/** One matrix product of an encoder's size, by which a machine's speed is judged before a run. */
export function speedProgram(): ProgramSpec {
  return {
    inputs: [
      { name: 'a', shape: [SIZE, SIZE], type: 'float32' },
      { name: 'b', shape: [SIZE, SIZE], type: 'float32' },
    ],
    gradients: [],
    accumulated: [],
    program: ({ a, b }) => ({ outputs: { product: matMul(a, b, false, true) } }),
  };
}

/** Elements of each operand and of the product. */
export const SPEED_ELEMENTS = SIZE * SIZE;
