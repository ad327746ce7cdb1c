// A program of its own (dist/probe.js): says as a line of JSON what the Node is that runs it, and whether the engine works there.
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
async function tryEngine(): Promise<Pick<NodeFacts, 'engineError' | 'sharedMemory'>> {
  try {
    const { takesSharedMemory } = await import('../../engine/compiled/sharedMemory.ts');
    return { engineError: null, sharedMemory: await takesSharedMemory() };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { engineError: message.split('\n')[0].slice(0, 500), sharedMemory: false };
  }
}
