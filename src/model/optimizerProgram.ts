import type { Tensor } from '@tensorflow/tfjs-core';
import { BETA1, BETA2, EPSILON } from '../core/adamw.ts';
import type { InputSpec, NamedTensors, ProgramSpec } from '../engine/program.ts';

/** Elements a row of a chunk: sums are taken row by row, so that f32 sums stay short. */
export const ROW = 512;

const array = (name: string, rows: number): InputSpec => ({ name, shape: [rows, ROW], type: 'float32' });
const scalar = (name: string): InputSpec => ({ name, shape: [], type: 'float32' });

/**
 * `core/adamw.ts`'s first pass over rows x ROW entries: `squares` and `distance` of each row (distance only with L1).
 * Inputs: gradients and, with L1, values, originals and the scalar l1.
 */
export function measureProgram(rows: number, l1: boolean): ProgramSpec {
  return {
    inputs: [
      array('gradients', rows),
      ...(l1 ? [array('values', rows), array('originals', rows), scalar('l1')] : []),
    ],
    gradients: [],
    accumulated: [],
    program: (inputs) => {
      if (!l1) return { outputs: { squares: inputs.gradients.square().sum(1) } };
      const moved = inputs.values.sub(inputs.originals);
      const squares = inputs.gradients.add(moved.sign().mul(inputs.l1)).square().sum(1);
      return { outputs: { squares, distance: moved.abs().sum(1) } };
    },
  };
}

/**
 * `core/adamw.ts`'s second pass: `newValues`, `newFirst` and `newSecond`. Scalars: clip; l1 (times clip) with L1; `rate`
 * (learning rate / correction1), `root` (1 / sqrt(correction2)), and with weight decay `keep`.
 */
export function updateProgram(rows: number, l1: boolean, decay: boolean): ProgramSpec {
  return {
    inputs: [
      ...['values', 'gradients', 'first', 'second'].map((name) => array(name, rows)),
      ...(l1 ? [array('originals', rows), scalar('l1')] : []),
      ...(decay ? [scalar('keep')] : []),
      ...['clip', 'rate', 'root'].map(scalar),
    ],
    gradients: [],
    accumulated: [],
    program: (inputs) => ({ outputs: update(inputs, l1, decay) }),
  };
}

function update(inputs: NamedTensors, l1: boolean, decay: boolean): Record<string, Tensor> {
  const { values, gradients, originals } = inputs;
  const clipped = gradients.mul(inputs.clip);
  const gradient = l1 ? clipped.add(values.sub(originals).sign().mul(inputs.l1)) : clipped;
  const first = inputs.first.mul(BETA1).add(gradient.mul(1 - BETA1));
  const second = inputs.second.mul(BETA2).add(gradient.square().mul(1 - BETA2));
  const step = first.mul(inputs.rate).div(second.sqrt().mul(inputs.root).add(EPSILON));
  return {
    newValues: (decay ? values.mul(inputs.keep) : values).sub(step),
    newFirst: first,
    newSecond: second,
  };
}
