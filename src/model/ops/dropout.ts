import { customGrad, engine, getBackend, getKernel, type Tensor } from '@tensorflow/tfjs-core';
import { FUSED } from '../../engine/fusedKernels.ts';

/**
 * Zeroes x where `keep` (bool, of x's size) is false and scales the rest by 1 / (rate of keeping). The factors are made again in
 * the backward pass: kept, they would take four times the memory of the mask.
 */
export function dropout(x: Tensor, keep: Tensor, scale: number): Tensor {
  const op = customGrad((...args) => {
    const [input] = args as [Tensor];
    return {
      value: input.mul(factors(keep, scale, input)),
      gradFunc: (dy) => dy.mul(factors(keep, scale, dy)),
    };
  });
  return op(x);
}

function factors(mask: Tensor, scale: number, like: Tensor): Tensor {
  if (getKernel(FUSED.keepFactors, getBackend()) !== undefined) {
    return engine().runKernel<Tensor>(FUSED.keepFactors, { mask, like }, { scale });
  }
  return mask.reshape(like.shape).toFloat().mul(scale);
}
