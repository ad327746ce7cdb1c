import { customGrad, engine, getBackend, getKernel, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { FUSED } from '../../engine/fusedKernels.ts';

/**
 * Layer normalisation over the last axis. x: [..., H]; weight and bias: [H].
 * The backward pass keeps mean and inverse deviation, not the normalised values, to save memory.
 */
export function layerNormalization(x: Tensor, weight: Tensor, bias: Tensor, epsilon: number): Tensor {
  const op = customGrad((...args) => {
    const [input, scale, shift, save] = args as [Tensor, Tensor, Tensor, (tensors: Tensor[]) => void];
    const [value, mean, inverse] = forward(input, scale, shift, epsilon);
    save([input, scale, mean, inverse]);
    return {
      value,
      gradFunc: (dy, saved) => backward(dy, saved as [Tensor, Tensor, Tensor, Tensor]),
    };
  });
  return op(x, weight, bias);
}

function forward(x: Tensor, weight: Tensor, bias: Tensor, epsilon: number): Tensor[] {
  if (getKernel(FUSED.layerNormalization, getBackend()) !== undefined) {
    return engine().runKernel<Tensor[]>(FUSED.layerNormalization, { x, weight, bias }, { epsilon });
  }
  const mean = x.mean(-1, true);
  const inverse = x.sub(mean).square().mean(-1, true).add(epsilon).sqrt().reciprocal();
  return [x.sub(mean).mul(inverse).mul(weight).add(bias), mean, inverse];
}

function backward(dy: Tensor, [x, weight, mean, inverse]: [Tensor, Tensor, Tensor, Tensor]): Tensor[] {
  return tidy(() => {
    const normalized = x.sub(mean).mul(inverse);
    const scaled = dy.mul(weight);
    const along = scaled.mul(normalized).mean(-1, true);
    const dx = scaled.sub(scaled.mean(-1, true)).sub(normalized.mul(along)).mul(inverse);
    const leading = x.shape.slice(0, -1).map((_, axis) => axis);
    return [dx, dy.mul(normalized).sum(leading), dy.sum(leading)];
  });
}
