import { toOnnx, type OnnxOptions } from '../graph/onnx.ts';

/** The smallest of models, to see whether anything computes: y = -x, both [1]. */
export function negation(options?: OnnxOptions): Uint8Array {
  const value = { shape: [1], type: 'float32' } as const;
  const graph = {
    inputs: [{ name: 'x', ...value }],
    outputs: [{ name: 'y', ...value }],
    constants: [],
    nodes: [{ op: 'Neg', inputs: ['x'], outputs: ['y'] }],
  };
  return toOnnx(graph, options);
}
