import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Engine, Executable } from '../engine.ts';
import { accumulateOutputs, accumulatorOf } from '../graph/fuse.ts';
import type { Graph } from '../graph/graph.ts';
import { toOnnx } from '../graph/onnx.ts';
import { gradientOf, shapeOf, type FeedArray, type ProgramSpec } from '../program.ts';
import { trace } from '../trace/trace.ts';

export interface CompiledEngineOptions {
  /** Threads for one operator. The bits of a result depend on it. */
  readonly threads: number;
  /** Where ONNX Runtime writes a profile of each session; for measuring only. */
  readonly profilePrefix?: string;
}

/** The default engine: a program and its gradients become one ONNX graph that runs in ONNX Runtime on the CPU. */
export function compiledEngine(options: CompiledEngineOptions): Engine {
  return {
    name: 'cpu',
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
  const replacing = await session(graph, options);
  const sums = spec.accumulated.map(gradientOf);
  // Most programs never accumulate, so that session is made when it is first wanted.
  let accumulating: Promise<InferenceSession> | undefined;
  const shapes = new Map([...graph.inputs, ...graph.outputs].map((value) => [value.name, value] as const));
  const tensor = (name: string, array: FeedArray) => {
    const value = shapes.get(name);
    if (value === undefined) throw new Error(`The graph has no value called ${name}.`);
    return new Tensor(value.type, array, shapeOf(value, array.length));
  };
  return {
    async run(feeds, results, { accumulate = false } = {}) {
      const inputs: Record<string, Tensor> = {};
      for (const { name } of graph.inputs) inputs[name] = tensor(name, feeds[name]);
      const outputs = Object.fromEntries(
        Object.entries(results).map(([name, array]) => [name, tensor(name, array)]),
      );
      if (!accumulate) {
        await replacing.run(inputs, outputs);
        return;
      }
      for (const name of sums) inputs[accumulatorOf(name)] = outputs[name];
      accumulating ??= session(accumulateOutputs(graph, sums), options);
      await (await accumulating).run(inputs, outputs);
    },
    async release() {
      await replacing.release();
      await (await accumulating)?.release();
    },
  };
}

function session(graph: Graph, options: CompiledEngineOptions): Promise<InferenceSession> {
  return InferenceSession.create(toOnnx(graph), {
    executionProviders: ['cpu'],
    intraOpNumThreads: options.threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'basic',
    // Static plans and arenas hold more memory than they save time, and ask for blocks that Electron's allocator refuses.
    enableMemPattern: false,
    enableCpuMemArena: false,
    ...(options.profilePrefix === undefined
      ? {}
      : { enableProfiling: true, profileFilePrefix: options.profilePrefix }),
  });
}
