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
      gradFunc: (dy) => scatterRows(dy, indices, input),
    };
  });
  return op(x);
}

/** Zeros of the shape of `like` with the updates at the given rows. */
function scatterRows(updates: Tensor, indices: Tensor, like: Tensor): Tensor {
  if (getKernel(FUSED.scatterRows, getBackend()) !== undefined) {
    return engine().runKernel<Tensor>(FUSED.scatterRows, { updates, indices, like });
  }
  return scatterND(indices.reshape([-1, 1]), updates, like.shape);
}
