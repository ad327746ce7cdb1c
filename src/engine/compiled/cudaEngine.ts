import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Engine } from '../engine.ts';
import { nativeOptions } from './compiledEngine.ts';
import { loadRuntime, takeRuntimeFrom } from './runtime.ts';
import { sessionEngine } from './sessionEngine.ts';
import { takesSharedMemory } from './sharedMemory.ts';
import { engineVersion } from './version.ts';

/** Where a fetched onnxruntime-node has its binaries. */
export function cudaBinaries(folder: string): string {
  return join(folder, 'node_modules/onnxruntime-node/bin/napi-v6', process.platform, process.arch);
}

export function cudaProvider(folder: string): string {
  return join(cudaBinaries(folder), 'libonnxruntime_providers_cuda.so');
}

/** An addon of no function that brings NVIDIA's libraries, which the provider looks for and does not say where. */
export const CUDA_LIBRARIES = 'cuda_libraries.node';

/**
 * The same graphs on an NVIDIA card, by the provider that was fetched into `folder`. From now on this process has its ONNX Runtime
 * from there: two copies of one library would be one to the system's loader.
 */
export function cudaEngine({
  threads,
  folder,
}: {
  readonly threads: number;
  readonly folder: string;
}): Engine {
  takeRuntimeFrom(folder, 'cuda');
  return sessionEngine({
    name: 'cuda',
    version: engineVersion,
    // Its sums of products may be in any order.
    repeatable: false,
    probes: false,
    resident: true,
    strides: true,
    halves: 'native',
    takesSharedMemory,
    async load() {
      const libraries = join(cudaBinaries(folder), CUDA_LIBRARIES);
      if (existsSync(libraries)) createRequire(pathToFileURL(libraries))(libraries);
      return loadRuntime();
    },
    options: { executionProviders: ['cuda', 'cpu'], ...nativeOptions({ threads }), logSeverityLevel: 3 },
    writesInto: true,
    // `uncopied` has not been tried: no card was there.
  });
}
