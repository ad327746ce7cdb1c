import { matMul, type Tensor } from '@tensorflow/tfjs-core';

/** x W' + b as torch's Linear. x: [N, in]; weight: [out, in]; bias: [out]; gives [N, out]. */
export function linear(x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
  const product = matMul(x, weight, false, true);
  return bias === undefined ? product : product.add(bias);
}
