import {
  engine,
  findBackend,
  getBackend,
  keep,
  registerBackend,
  setBackend,
  type Tensor,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import '../tfjs.ts';
import type { ElementType, Graph, GraphValue } from '../graph/graph.ts';
import { fuseBias, fuseScales } from '../graph/fuse.ts';
import { prune } from '../graph/prune.ts';
import { gradientOf, type InputSpec, type NamedTensors, type ProgramSpec } from '../program.ts';
import { elementType, TRACE_BACKEND, TraceBackend } from './backend.ts';
import { registerTraceKernels } from './kernels/register.ts';

/**
 * Records a program and the gradients of its loss as one graph.
 * Its outputs are `loss` (where there is one), `gradient.NAME` for each of `spec.gradients`, and the program's own.
 */
export async function trace(spec: ProgramSpec): Promise<Graph> {
  const before: string | undefined = getBackend();
  const backend = await activate();
  try {
    return prune(fuseScales(fuseBias(prune(record(spec, backend)))));
  } finally {
    backend.finish();
    if (before !== undefined && before !== '' && before !== TRACE_BACKEND) await setBackend(before);
  }
}

async function activate(): Promise<TraceBackend> {
  if (findBackend(TRACE_BACKEND) === null) {
    registerTraceKernels();
    registerBackend(TRACE_BACKEND, () => new TraceBackend(), 0);
  }
  await setBackend(TRACE_BACKEND);
  const backend = findBackend(TRACE_BACKEND);
  if (!(backend instanceof TraceBackend))
    throw new Error('The trace backend is not what it was registered as.');
  return backend;
}

function record(spec: ProgramSpec, backend: TraceBackend): Graph {
  const recorder = backend.start();
  const inputs = Object.fromEntries(
    spec.inputs.map(({ name, shape, type, zero }) => [
      name,
      asTensor(backend.tensor(zero === true ? { uniform: 0 } : { name }, shape, type), backend),
    ]),
  );
  const outputs: GraphValue[] = [];
  const put = (name: string, tensor: Tensor) => {
    const traced = backend.traced(tensor);
    const type = elementType(tensor.dtype);
    const inner =
      'name' in traced ? traced.name : recorder.constant(type, tensor.shape, fill(tensor, traced.uniform));
    recorder.nodes.push({ op: 'Identity', inputs: [inner], outputs: [name] });
    outputs.push(outputValue(name, tensor, type, spec));
  };
  for (const [name, tensor] of Object.entries(run(spec, inputs))) put(name, tensor);
  return dropIdentities({
    inputs: spec.inputs.filter(({ zero }) => zero !== true).map(asGraphInput),
    outputs,
    constants: recorder.constants,
    nodes: recorder.nodes,
  });
}

function run(spec: ProgramSpec, inputs: NamedTensors): NamedTensors {
  let outputs: NamedTensors = {};
  const forward = () => {
    const result = spec.program(inputs);
    outputs = result.outputs ?? {};
    // They outlive the scope in which the loss is differentiated.
    for (const output of Object.values(outputs)) keep(output);
    return result.loss;
  };
  if (spec.gradients.length === 0) {
    const loss = forward();
    return loss === undefined ? outputs : { ...outputs, loss };
  }
  const { value, grads } = engine().gradients(
    () => {
      const loss = forward();
      if (loss === undefined) throw new Error('A program without a loss has no gradients.');
      return loss;
    },
    spec.gradients.map((name) => inputs[name]),
  );
  const gradients = spec.gradients.map((name, i) => [gradientOf(name), grads[i]] as const);
  return { ...outputs, loss: value, ...Object.fromEntries(gradients) };
}

/** Truth values are bytes of 0 and 1 in a graph, where most operators that read them want numbers. */
function asGraphInput({ type, ...input }: InputSpec): GraphValue {
  return { ...input, type: type === 'bool' ? 'uint8' : type };
}

function asTensor(info: TensorInfo, backend: TraceBackend): Tensor {
  return engine().makeTensorFromDataId(info.dataId, info.shape, info.dtype, backend);
}

/** The gradient of an input varies as that does; of any other output, the first size. */
function outputValue(name: string, { shape }: Tensor, type: ElementType, spec: ProgramSpec): GraphValue {
  const source = spec.inputs.find((input) => gradientOf(input.name) === name);
  if (source !== undefined) return { name, shape, type, varies: source.varies ?? [] };
  const anyVaries = shape.length > 0 && spec.inputs.some((input) => input.varies !== undefined);
  return { name, shape, type, varies: anyVaries ? [0] : [] };
}

function fill(tensor: Tensor, value: number): number[] {
  return Array.from({ length: tensor.size }, () => value);
}

/** Lets the operator that makes an output carry its name, where it can. */
function dropIdentities(graph: Graph): Graph {
  const made = new Set(graph.nodes.flatMap((node) => node.outputs));
  const renamed = new Map<string, string>();
  const nodes = graph.nodes.filter((node) => {
    const [inner] = node.inputs;
    const [outer] = node.outputs;
    if (node.op !== 'Identity' || !made.has(inner) || renamed.has(inner)) return true;
    renamed.set(inner, outer);
    return false;
  });
  const rename = (name: string) => renamed.get(name) ?? name;
  return {
    ...graph,
    nodes: nodes.map((node) => ({
      ...node,
      inputs: node.inputs.map(rename),
      outputs: node.outputs.map(rename),
    })),
  };
}
