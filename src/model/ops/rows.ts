import {
  customGrad,
  engine,
  gather,
  getBackend,
  getKernel,
  scatterND,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { FUSED } from '../../engine/fusedKernels.ts';

/**
 * Rows of x at DISTINCT indices. x: [N, H]; indices: int32 [M]; gives [M, H].
 * Repeated indices are forbidden: onnxruntime's CPU adds them without synchronisation in the backward pass.
 */
export function distinctRows(x: Tensor, indices: Tensor): Tensor {
  const op = customGrad((...args) => {
    const [input] = args as [Tensor];
    return {
      value: gather(input, indices.toInt()),
      gradFunc: (dy) => scatterRows(dy, indices, input.shape),
    };
  });
  return op(x);
}

function scatterRows(updates: Tensor, indices: Tensor, shape: number[]): Tensor {
  if (getKernel(FUSED.scatterRows, getBackend()) !== undefined) {
    return engine().runKernel<Tensor>(FUSED.scatterRows, { updates, indices }, { shape });
  }
  return scatterND(indices.reshape([-1, 1]), updates, shape);
}
