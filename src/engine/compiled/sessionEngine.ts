import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Engine, Executable } from '../engine.ts';
import { accumulateOutputs, accumulatorOf } from '../graph/fuse.ts';
import type { Graph } from '../graph/graph.ts';
import { toOnnx } from '../graph/onnx.ts';
import { inverseScale, mixedPrecision } from '../graph/mixedPrecision.ts';
import { residentInputs } from '../graph/resident.ts';
import { splitLarge } from '../graph/splitLarge.ts';
import { strideGraph, type StridePlan } from '../graph/stride.ts';
import {
  gradientOf,
  INVERSE_SCALE,
  shaped,
  type FeedArray,
  type ProgramSpec,
  type ShapedArray,
} from '../program.ts';
import { trace } from '../trace/trace.ts';
import type { Runtime } from './runtime.ts';
import { NO_TENSOR, refusalOfNoTensor } from './uncopiedResults.ts';

/** One way to run graphs: a build of ONNX Runtime, and where it computes. */
export interface SessionKind extends Pick<
  Engine,
  'name' | 'version' | 'repeatable' | 'probes' | 'resident' | 'halves' | 'largestArray' | 'takesSharedMemory'
> {
  /** @throws UserError where it is not here */
  load(): Promise<Runtime>;
  readonly options: InferenceSession.SessionOptions;
  /** Whether several optimiser steps in one run are worth it. */
  readonly strides?: boolean;
  /** Whether a run writes into the arrays that it is given; otherwise it makes new ones, which are copied. */
  readonly writesInto: boolean;
  /** Whether its graphs may have an output that is no tensor, for which the binding copies no result (uncopiedResults.ts). */
  readonly uncopied?: boolean;
}

/** An engine of ONNX Runtime: a program and its gradients become one ONNX graph. */
export function sessionEngine(kind: SessionKind): Engine {
  const { name, version, repeatable, probes, resident, halves, largestArray, takesSharedMemory } = kind;
  return {
    name,
    version,
    repeatable,
    probes,
    resident,
    halves,
    ...(largestArray === undefined ? {} : { largestArray }),
    takesSharedMemory,
    async compile(spec) {
      const graph = residentInputs(await trace(spec), spec.resident ?? new Map());
      return executable(spec, graph, kind);
    },
    ...(kind.strides === true ? { compileStride: (spec, plan) => stride(spec, plan, kind) } : {}),
  };
}

/** The graph in the precision that its program asks for; `gradients` are names of outputs. */
function inPrecision(
  graph: Graph,
  { precision }: ProgramSpec,
  gradients: readonly string[],
  { halves }: SessionKind,
): Graph {
  if (precision !== 'mixed') return graph;
  return mixedPrecision(graph, { gradients: new Set(gradients), emulated: halves === 'emulated' });
}

/** The steps of a stride in one graph; undefined where a device wants matrices in parts. */
async function stride(
  spec: ProgramSpec,
  plan: StridePlan,
  kind: SessionKind,
): Promise<Executable | undefined> {
  const { graph, parts } = splitLarge(await trace(spec), kind.largestArray ?? Infinity);
  if (parts.size > 0) return undefined;
  const step = inPrecision(graph, spec, spec.gradients.map(gradientOf), kind);
  const held = spec.precision === 'mixed' ? new Set([...plan.held, INVERSE_SCALE]) : plan.held;
  const whole = { ...spec, gradients: [], accumulated: [], precision: 'single' } as const;
  return executable(whole, strideGraph(step, { ...plan, held }), kind);
}

async function executable(spec: ProgramSpec, whole: Graph, kind: SessionKind): Promise<Executable> {
  const { InferenceSession, Tensor } = await kind.load();
  const { graph: split, parts } = splitLarge(whole, kind.largestArray ?? Infinity);
  const inParts = (names: readonly string[]) =>
    names.map(gradientOf).flatMap((name) => parts.get(name)?.map((part) => part.name) ?? [name]);
  const graph = inPrecision(split, spec, inParts(spec.gradients), kind);
  const sums = spec.accumulated.map(gradientOf);
  const sumParts = inParts(spec.accumulated);
  const refusal = kind.uncopied === true ? await refusalOfNoTensor() : undefined;
  const onnxOptions = refusal === undefined ? {} : { emptySequence: NO_TENSOR };
  const create = (made: Graph): Promise<InferenceSession> =>
    InferenceSession.create(toOnnx(made, onnxOptions), kind.options);
  // One session, since each holds memory for a whole run: the one that accumulates takes over when it is first wanted.
  let current = await create(graph);
  let accumulates = false;
  const fed = spec.precision === 'mixed' ? [...whole.inputs, inverseScale] : whole.inputs;
  const shapes = new Map([...fed, ...whole.outputs].map((value) => [value.name, value] as const));
  const tensors = (name: string, feed: FeedArray | ShapedArray): (readonly [string, Tensor])[] => {
    const value = shapes.get(name);
    if (value === undefined) throw new Error(`The graph has no value called ${name}.`);
    const { array, shape } = shaped(value, feed);
    const [, columns] = shape;
    return (
      parts
        .get(name)
        ?.map(({ name: part, from, to }) => [
          part,
          new Tensor(value.type, array.subarray(from * columns, to * columns), [to - from, columns]),
        ]) ?? [[name, new Tensor(value.type, array, shape)]]
    );
  };
  return {
    async run(feeds, results, { accumulate = false } = {}) {
      const inputs: Record<string, Tensor> = {};
      for (const { name } of fed) Object.assign(inputs, Object.fromEntries(tensors(name, feeds[name])));
      const outputs = Object.fromEntries(
        Object.entries(results).flatMap(([name, array]) => tensors(name, array)),
      );
      const names = Object.keys(outputs);
      // With none named, ONNX Runtime would compute all, in memory of its own.
      if (names.length === 0) throw new Error('A run of a program wants no results.');
      if (accumulate && !accumulates) {
        await current.release();
        current = await create(accumulateOutputs(graph, sumParts));
        accumulates = true;
      }
      if (accumulates) {
        if (!accumulate) for (const name of sums) results[name].fill(0);
        for (const name of sumParts) inputs[accumulatorOf(name)] = outputs[name];
      }
      if (refusal !== undefined) await runUncopied(current, inputs, outputs, refusal);
      else if (kind.writesInto) await current.run(inputs, outputs);
      else await runAndCopy(current, inputs, outputs);
    },
    async release() {
      await current.release();
    },
  };
}

/** Runs a graph with an output that onnxruntime-node gives up at (uncopiedResults.ts). */
async function runUncopied(
  session: InferenceSession,
  inputs: Record<string, Tensor>,
  outputs: Readonly<Record<string, Tensor>>,
  refusal: string,
): Promise<void> {
  try {
    await session.run(inputs, { [NO_TENSOR]: null, ...outputs });
  } catch (error) {
    if (!(error instanceof Error) || error.message !== refusal) throw error;
  }
}

async function runAndCopy(
  session: InferenceSession,
  inputs: Record<string, Tensor>,
  outputs: Readonly<Record<string, Tensor>>,
): Promise<void> {
  const made = await session.run(inputs, Object.keys(outputs));
  for (const [name, { data }] of Object.entries(outputs)) {
    (data as Float32Array).set(made[name].data as Float32Array);
    made[name].dispose();
  }
}
