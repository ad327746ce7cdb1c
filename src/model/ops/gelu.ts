import { customGrad, engine, getBackend, getKernel, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { FUSED } from '../../engine/fusedKernels.ts';

const ROOT_HALF = Math.SQRT1_2;
const DENSITY = 1 / Math.sqrt(2 * Math.PI);

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

/** gelu'(x) = Phi(x) + x phi(x) */
function backward(dy: Tensor, x: Tensor): Tensor {
  return tidy(() => {
    const density = x.square().mul(-0.5).exp().mul(DENSITY);
    return dy.mul(cumulative(x).add(x.mul(density)));
  });
}

function cumulative(x: Tensor): Tensor {
  return x.mul(ROOT_HALF).erf().add(1).mul(0.5);
}
