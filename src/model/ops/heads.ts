import { customGrad, engine, getBackend, getKernel, type Tensor } from '@tensorflow/tfjs-core';
import { FUSED } from '../../engine/fusedKernels.ts';

/** How positions are laid out in rows: as in `axis` of `mask` [rows, 1, queries, length]. */
export interface Rows {
  readonly mask: Tensor;
  readonly axis: 2 | 3;
}

/** x [rows x positions, H] by row and head: [rows, heads, positions, H / heads]. */
export function splitHeads(x: Tensor, rows: Rows, heads: number): Tensor {
  const op = customGrad((...args) => {
    const [input] = args as [Tensor];
    return { value: split(input, rows, heads), gradFunc: (dy) => merge(dy) };
  });
  return op(x);
}

/** The inverse of `splitHeads`. */
export function mergeHeads(x: Tensor, rows: Rows): Tensor {
  const heads = x.shape[1] ?? 1;
  const op = customGrad((...args) => {
    const [input] = args as [Tensor];
    return { value: merge(input), gradFunc: (dy) => split(dy, rows, heads) };
  });
  return op(x);
}

function split(x: Tensor, { mask, axis }: Rows, heads: number): Tensor {
  if (getKernel(FUSED.splitRows, getBackend()) !== undefined) {
    const byRow = engine().runKernel<Tensor>(FUSED.splitRows, { x, mask }, { axis, heads });
    return byRow.transpose([0, 2, 1, 3]);
  }
  return x.reshape([mask.shape[0] ?? 1, mask.shape[axis] ?? 1, heads, -1]).transpose([0, 2, 1, 3]);
}

function merge(x: Tensor): Tensor {
  const [, heads = 1, , size = 1] = x.shape;
  return x.transpose([0, 2, 1, 3]).reshape([-1, heads * size]);
}
