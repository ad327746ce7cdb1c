import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Engine, Executable } from '../engine.ts';
import { accumulateOutputs, accumulatorOf } from '../graph/fuse.ts';
import type { Graph } from '../graph/graph.ts';
import { toOnnx } from '../graph/onnx.ts';
import { gradientOf, shaped, type FeedArray, type ProgramSpec, type ShapedArray } from '../program.ts';
import { trace } from '../trace/trace.ts';
import { loadRuntime } from './runtime.ts';
import { takesSharedMemory } from './sharedMemory.ts';

export interface CompiledEngineOptions {
  /** Threads for one operator. The bits of a result depend on it. */
  readonly threads: number;
  /**
   * Whether memory for activations is kept between runs, in blocks that double as they grow. By default it is not under Electron,
   * whose allocator ends the process over a block of 2 GiB.
   */
  readonly arena?: boolean;
  /** Where ONNX Runtime writes a profile of each session; for measuring only. */
  readonly profilePrefix?: string;
}

/** The default engine: a program and its gradients become one ONNX graph that runs in ONNX Runtime on the CPU. */
export function compiledEngine(options: CompiledEngineOptions): Engine {
  return {
    name: 'cpu',
    probes: true,
    takesSharedMemory,
    async compile(spec) {
      return executable(spec, await trace(spec), options);
    },
  };
}

async function executable(
  spec: ProgramSpec,
  graph: Graph,
  options: CompiledEngineOptions,
): Promise<Executable> {
  const { Tensor } = await loadRuntime();
  const sums = spec.accumulated.map(gradientOf);
  // One session, since each holds memory for a whole run: the one that accumulates takes over when it is first wanted.
  let current = await session(graph, options);
  let accumulates = false;
  const shapes = new Map([...graph.inputs, ...graph.outputs].map((value) => [value.name, value] as const));
  const tensor = (name: string, feed: FeedArray | ShapedArray) => {
    const value = shapes.get(name);
    if (value === undefined) throw new Error(`The graph has no value called ${name}.`);
    const { array, shape } = shaped(value, feed);
    return new Tensor(value.type, array, shape);
  };
  return {
    async run(feeds, results, { accumulate = false } = {}) {
      const inputs: Record<string, Tensor> = {};
      for (const { name } of graph.inputs) inputs[name] = tensor(name, feeds[name]);
      const outputs = Object.fromEntries(
        Object.entries(results).map(([name, array]) => [name, tensor(name, array)]),
      );
      // With none named, ONNX Runtime would compute all, in memory of its own.
      if (Object.keys(outputs).length === 0) throw new Error('A run of a program wants no results.');
      if (accumulate && !accumulates) {
        await current.release();
        current = await session(accumulateOutputs(graph, sums), options);
        accumulates = true;
      }
      if (accumulates) {
        for (const name of sums) {
          if (!accumulate) results[name].fill(0);
          inputs[accumulatorOf(name)] = outputs[name];
        }
      }
      await current.run(inputs, outputs);
    },
    async release() {
      await current.release();
    },
  };
}

async function session(graph: Graph, options: CompiledEngineOptions): Promise<InferenceSession> {
  const { InferenceSession } = await loadRuntime();
  return InferenceSession.create(toOnnx(graph), {
    executionProviders: ['cpu'],
    intraOpNumThreads: options.threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'basic',
    // Between runs the cores are the optimiser's: without this, idle threads would wait for the next run at full speed.
    extra: { session: { force_spinning_stop: '1' } },
    // A static plan holds more memory than it saves time.
    enableMemPattern: false,
    // Without an arena every step's activations are new memory, whose first touch is a tenth of the step.
    enableCpuMemArena: options.arena ?? process.versions.electron === undefined,
    ...(options.profilePrefix === undefined
      ? {}
      : { enableProfiling: true, profileFilePrefix: options.profilePrefix }),
  });
}
