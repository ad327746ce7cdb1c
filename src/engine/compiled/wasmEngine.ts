import type { Engine } from '../engine.ts';
import { sessionEngine } from './sessionEngine.ts';
import { webVersion } from './version.ts';
import { loadWeb } from './webRuntime.ts';

/** The same graphs in WebAssembly: slow, but no native code at all, so it runs wherever Node does. */
export function wasmEngine({ threads }: { readonly threads: number }): Engine {
  return sessionEngine({
    name: 'wasm',
    version: webVersion,
    repeatable: true,
    probes: true,
    resident: false,
    halves: 'emulated',
    // It copies what it is given.
    takesSharedMemory: async () => true,
    load: () => loadWeb(threads),
    options: { executionProviders: ['wasm'], graphOptimizationLevel: 'basic', enableMemPattern: false },
    writesInto: false,
  });
}
