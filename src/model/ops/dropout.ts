import type { Tensor } from '@tensorflow/tfjs-core';

/** Zeroes x where `keep` (bool, of x's size) is false and scales the rest by 1 / (rate of keeping). */
export function dropout(x: Tensor, keep: Tensor, scale: number): Tensor {
  return x.mul(keep.toFloat().mul(scale).reshape(x.shape));
}
