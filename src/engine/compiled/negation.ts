import { toOnnx } from '../graph/onnx.ts';

/** The smallest of models, to see whether anything computes: y = -x, both [1]. */
export function negation(): Uint8Array {
  const value = { shape: [1], type: 'float32' } as const;
  return toOnnx({
    inputs: [{ name: 'x', ...value }],
    outputs: [{ name: 'y', ...value }],
    constants: [],
    nodes: [{ op: 'Neg', inputs: ['x'], outputs: ['y'] }],
  });
}
