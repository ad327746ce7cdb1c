import { negation } from './negation.ts';
import { loadRuntime } from './runtime.ts';

let known: Promise<boolean> | undefined;

/**
 * Whether onnxruntime-node reads and writes arrays in memory that threads share. It depends on Node's native interface: 20 and 22
 * refuse them, 24 does not. Tried once.
 * @throws UserError `engine-load`
 */
export function takesSharedMemory(): Promise<boolean> {
  known ??= attempt();
  return known;
}

async function attempt(): Promise<boolean> {
  const { InferenceSession, Tensor } = await loadRuntime();
  const session = await InferenceSession.create(negation(), { intraOpNumThreads: 1 });
  try {
    const [x, y] = [new Float32Array(new SharedArrayBuffer(4)), new Float32Array(new SharedArrayBuffer(4))];
    x[0] = 1;
    await session.run({ x: new Tensor(x, [1]) }, { y: new Tensor(y, [1]) });
    return y[0] === -1;
  } catch {
    return false;
  } finally {
    await session.release();
  }
}
