import type { Engine } from '../engine.ts';
import { loadRuntime } from './runtime.ts';
import { sessionEngine } from './sessionEngine.ts';
import { takesSharedMemory } from './sharedMemory.ts';
import { engineVersion } from './version.ts';

export interface CompiledEngineOptions {
  /** Threads for one operator. The bits of a result depend on it. */
  readonly threads: number;
  /**
   * Whether memory for activations is kept between runs, in blocks that double as they grow. By default it is not under Electron,
   * whose allocator ends the process over a block of 2 GiB.
   */
  readonly arena?: boolean;
  /** Whether a sparse phase leaves its weights in the graph, as devices want it; for tests. */
  readonly resident?: boolean;
  /** Whether there are strides, as on devices; for tests. */
  readonly strides?: boolean;
  /** Bytes above which matrices are cut into parts, as devices with small buffers want it; for tests. */
  readonly largestArray?: number;
  /** Whether mixed precision takes operators on half precision, as devices want it; for tests. */
  readonly halves?: 'native';
  /** Where ONNX Runtime writes a profile of each session; for measuring only. */
  readonly profilePrefix?: string;
}

/** What all sessions of onnxruntime-node have in common. */
export function nativeOptions({ threads, arena, profilePrefix }: CompiledEngineOptions) {
  return {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'basic',
    // Between runs the cores are the optimiser's: without this, idle threads would wait for the next run at full speed.
    extra: { session: { force_spinning_stop: '1' } },
    // A static plan holds more memory than it saves time.
    enableMemPattern: false,
    // Without an arena every step's activations are new memory, whose first touch is a tenth of the step.
    enableCpuMemArena: arena ?? process.versions.electron === undefined,
    ...(profilePrefix === undefined ? {} : { enableProfiling: true, profileFilePrefix: profilePrefix }),
  } as const;
}

/** The default engine: a program and its gradients become one ONNX graph that runs in ONNX Runtime on the CPU. */
export function compiledEngine(options: CompiledEngineOptions): Engine {
  return sessionEngine({
    name: 'cpu',
    version: engineVersion,
    repeatable: true,
    probes: true,
    resident: options.resident ?? false,
    halves: options.halves ?? 'emulated',
    strides: options.strides ?? false,
    takesSharedMemory,
    load: loadRuntime,
    options: { executionProviders: ['cpu'], ...nativeOptions(options) },
    writesInto: true,
    uncopied: true,
    ...(options.largestArray === undefined ? {} : { largestArray: options.largestArray }),
  });
}
