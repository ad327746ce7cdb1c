import { negation } from './negation.ts';
import type { Runtime } from './runtime.ts';

/** Whether WebAssembly computes here. */
export async function wasmWorks(): Promise<boolean> {
  try {
    const { InferenceSession, Tensor } = await loadWeb(1);
    const session = await InferenceSession.create(negation(), { executionProviders: ['wasm'] });
    const { y } = await session.run({ x: new Tensor('float32', Float32Array.of(1), [1]) });
    await session.release();
    return y.data[0] === -1;
  } catch {
    return false;
  }
}

/** ONNX Runtime in WebAssembly. */
export async function loadWeb(threads: number): Promise<Runtime> {
  const { env, InferenceSession, Tensor } = await import('onnxruntime-web');
  // Counts from the first session of a process on; later ones have no say.
  env.wasm.numThreads = threads;
  return { InferenceSession, Tensor };
}
