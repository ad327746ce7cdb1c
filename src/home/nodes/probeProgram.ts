// A program of its own (dist/probe.js): says as a line of JSON what the Node is that runs it, and whether the engine works there.
import { runtimeProblem } from '../../engine/compiled/runtime.ts';
import { takesSharedMemory } from '../../engine/compiled/sharedMemory.ts';
import { wasmWorks } from '../../engine/compiled/webRuntime.ts';
import type { NodeFacts } from './judge.ts';

const engine = await tryEngine();
const facts: NodeFacts = {
  version: process.versions.node,
  electron: process.versions.electron ?? null,
  execPath: process.execPath,
  ...engine,
};
process.stdout.write(`${JSON.stringify(facts)}\n`);

/** Loads the engine's binding and lets it compute something. */
async function tryEngine(): Promise<Pick<NodeFacts, 'engineError' | 'sharedMemory' | 'wasm'>> {
  const engineError = await runtimeProblem();
  if (engineError !== null) return { engineError, sharedMemory: false, wasm: await wasmWorks() };
  try {
    return { engineError, sharedMemory: await takesSharedMemory() };
  } catch (error) {
    return { engineError: String(error), sharedMemory: false, wasm: await wasmWorks() };
  }
}
