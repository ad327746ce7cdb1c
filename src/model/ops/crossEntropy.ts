import {
  argMax,
  customGrad,
  engine,
  gatherND,
  getBackend,
  getKernel,
  logSoftmax,
  ones,
  scatterND,
  tidy,
  type Scalar,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { FUSED } from '../../engine/fusedKernels.ts';

/**
 * Weighted softmax cross-entropy, summed. logits: [N, C]; picks: int32 [N, 2], each row (i, label of row i);
 * weights: [N], usually 1 / number of labelled rows, and 0 for filler.
 */
export function crossEntropy(logits: Tensor, picks: Tensor, weights: Tensor): Scalar {
  const op = customGrad((...args) => {
    const [input, save] = args as [Tensor, (tensors: Tensor[]) => void];
    const logProbabilities = logSoftmax(input);
    save([logProbabilities]);
    return {
      value: gatherND(logProbabilities, picks).neg().mul(weights).sum(),
      gradFunc: (dy, saved) =>
        tidy(() => {
          const [kept] = saved as [Tensor];
          return subtractOneAt(kept.exp(), picks).mul(weights.mul(dy).reshape([-1, 1]));
        }),
    };
  });
  return op(logits) as Scalar;
}

/** -log p(label) of each row: [N]. */
export function labelLosses(logits: Tensor, picks: Tensor): Tensor {
  return gatherND(logSoftmax(logits), picks).neg();
}

/** The label of the largest logit of each row, the first of equal ones: [N], whole numbers as floats. */
export function likeliestLabels(logits: Tensor): Tensor {
  return argMax(logits, 1).toFloat();
}

function subtractOneAt(x: Tensor, indices: Tensor): Tensor {
  const amount = ones([x.shape[0] ?? 0]);
  if (getKernel(FUSED.subtractAt, getBackend()) !== undefined) {
    return engine().runKernel<Tensor>(FUSED.subtractAt, { x, indices, amount });
  }
  return x.sub(scatterND(indices, amount, x.shape));
}
