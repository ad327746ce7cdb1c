import { customGrad, engine, getBackend, getKernel, scalar, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { FUSED } from '../../engine/fusedKernels.ts';

const ROOT_HALF = Math.SQRT1_2;
const LOG_DENSITY = Math.log(2 / Math.sqrt(Math.PI));

/** The exact (erf) Gaussian error linear unit. The backward pass recomputes erf, so that only x is kept. */
export function gelu(x: Tensor): Tensor {
  const op = customGrad((...args) => {
    const [input, save] = args as [Tensor, (tensors: Tensor[]) => void];
    save([input]);
    return { value: forward(input), gradFunc: (dy, [saved]) => backward(dy, saved) };
  });
  return op(x);
}

function forward(x: Tensor): Tensor {
  if (getKernel(FUSED.gelu, getBackend()) !== undefined) return engine().runKernel<Tensor>(FUSED.gelu, { x });
  return x.mul(cumulative(x));
}

/**
 * gelu'(x) = Phi(x) + x phi(x) = (1 + erf(u) + u exp(log(2 / sqrt(pi)) - u^2)) / 2 with u = x / sqrt(2): written so that
 * few passes over the values are made.
 */
function backward(dy: Tensor, x: Tensor): Tensor {
  return tidy(() => {
    const u = x.mul(ROOT_HALF);
    const density = scalar(LOG_DENSITY).sub(u.square()).exp();
    return dy.mul(0.5).mul(u.mul(density).add(u.erf()).add(1));
  });
}

function cumulative(x: Tensor): Tensor {
  return x.mul(ROOT_HALF).erf().add(1).mul(0.5);
}
