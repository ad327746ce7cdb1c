import type { Engine } from '../engine.ts';
import { nativeOptions, type CompiledEngineOptions } from './compiledEngine.ts';
import { loadRuntime } from './runtime.ts';
import { sessionEngine } from './sessionEngine.ts';
import { takesSharedMemory } from './sharedMemory.ts';
import { engineVersion } from './version.ts';

/** Bytes of a storage buffer that every adapter grants; the runtime does not tell what one grants beyond. */
export const WEBGPU_BUFFER = 128 * 2 ** 20;

export interface WebgpuOptions extends Pick<CompiledEngineOptions, 'threads'> {
  /** Bytes of the largest array on the device; for tests. */
  readonly largestArray?: number;
}

/** The same graphs on a graphics card of any make, by the WebGPU provider inside onnxruntime-node. */
export function webgpuEngine({ threads, largestArray = WEBGPU_BUFFER }: WebgpuOptions): Engine {
  return sessionEngine({
    name: 'webgpu',
    version: engineVersion,
    // Drivers differ, and none promises it.
    repeatable: false,
    largestArray,
    probes: false,
    resident: true,
    strides: true,
    halves: 'native',
    takesSharedMemory,
    load: loadRuntime,
    options: {
      executionProviders: [{ name: 'webgpu' }, 'cpu'],
      ...nativeOptions({ threads }),
      // Or else it warns that operators on shapes run on the CPU, as they should.
      logSeverityLevel: 3,
    },
    writesInto: true,
    uncopied: true,
  });
}
