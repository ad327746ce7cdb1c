import { join } from 'node:path';
import { writeFileAtomically } from '../../formats/atomicFile.ts';
import { standardOpset } from '../../engine/graph/standard.ts';
import type { Graph, GraphConstant } from '../../engine/graph/graph.ts';
import { toOnnx } from '../../engine/graph/onnx.ts';

/** Weights up to this size lie in the model's own file; a file of more than 2 GB is no protocol buffer. */
const MOST_INSIDE = 2 ** 28;

/**
 * Writes `model.onnx` into a folder and, where the weights are large, `model.onnx_data` beside it, as transformers.js wants them.
 * Gives whether there is such a second file.
 */
export async function writeOnnx(folder: string, graph: Graph, inside = MOST_INSIDE): Promise<boolean> {
  const weights = graph.constants.filter(({ values }) => values instanceof Float32Array);
  const bytes = weights.reduce((sum, { values }) => sum + 4 * values.length, 0);
  const external = bytes > inside;
  const file = 'model.onnx_data';
  if (external) await writeWeights(join(folder, file), weights);
  const options = { opset: standardOpset, ...(external ? { weightsFile: file } : {}) };
  const model = toOnnx(graph, options);
  await writeFileAtomically(join(folder, 'model.onnx'), (handle) => handle.writeFile(model));
  return external;
}

/** The weights one after the other, in the order in which `toOnnx` counts them. */
async function writeWeights(path: string, weights: readonly GraphConstant[]): Promise<void> {
  await writeFileAtomically(path, async (handle) => {
    for (const { values } of weights) {
      if (values instanceof Float32Array)
        await handle.writeFile(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    }
  });
}
