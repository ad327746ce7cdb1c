import { negation } from './negation.ts';
import { loadRuntime } from './runtime.ts';

/**
 * onnxruntime-node copies each result of a run into a new array, also where it was given one to write into: a third of a gigabyte a
 * step at mBERT's shape. It does so when all have been written, output by output, and gives up at one that is no tensor. So a graph
 * whose first output has this name, and is an empty sequence, has its results written and none of them copied.
 */
export const NO_TENSOR = 'no-tensor';

let known: Promise<string | undefined> | undefined;

/**
 * What onnxruntime-node says when it gives up at an output that is no tensor, all others written; undefined where another release
 * does something else. Tried once.
 * @throws UserError `engine-load`
 */
export function refusalOfNoTensor(): Promise<string | undefined> {
  known ??= attempt();
  return known;
}

async function attempt(): Promise<string | undefined> {
  const { InferenceSession, Tensor } = await loadRuntime();
  const y = new Float32Array(1);
  let session;
  try {
    session = await InferenceSession.create(negation({ emptySequence: NO_TENSOR }), { intraOpNumThreads: 1 });
    await session.run(
      { x: new Tensor(Float32Array.of(1), [1]) },
      { [NO_TENSOR]: null, y: new Tensor(y, [1]) },
    );
    return undefined;
  } catch (error) {
    return y[0] === -1 && error instanceof Error ? error.message : undefined;
  } finally {
    await session?.release();
  }
}
