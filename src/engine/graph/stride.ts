import { gradientOf } from '../program.ts';
import type { Graph, GraphValue } from './graph.ts';
import { newGraphWriter, type GraphWriter } from './graphWriter.ts';
import { adamw, clipping, withL1, type StrideState } from './strideOptimizer.ts';

/** What trains in a stride. */
export interface StrideParameter {
  readonly name: string;
  /** Whether weight decay applies. */
  readonly decays: boolean;
  /** Whether the L1 term counts it. */
  readonly regularized: boolean;
}

/** Several optimiser steps in one run, so that parameters and moments stay where they are computed. */
export interface StridePlan {
  readonly steps: number;
  /** Runs of the program in each step, whose gradients are added. */
  readonly runs: number;
  /** Of the step's inputs, those that train: it gives their gradients. */
  readonly parameters: readonly StrideParameter[];
  /** Tables [rows, width] whose rows are summed, in this order, to the step's input `sum` [positions, width]. */
  readonly tables: readonly (StrideParameter & { readonly width: number })[];
  readonly sum: string;
  /** Of the step's inputs, those that are the same at every step and do not train. */
  readonly held: ReadonlySet<string>;
  /** lambda / N of the L1 term; 0 for none. */
  readonly l1: number;
  readonly weightDecay: number;
  /** Norm to which gradients are clipped; 0 for no clipping. */
  readonly maxGradNorm: number;
  /** Whether nothing trains any more from the first step on whose gradients are not finite. */
  readonly guarded: boolean;
}

/** Names of a stride's inputs and outputs. */
export const strideNames = {
  /** Of a step: what its optimiser takes, the norm of its gradients with L1, and sum |p - p0|. */
  ofStep: (step: number, name: string) => `${step}/${name}`,
  /** Of a run of a step: the program's own inputs, such as the batch, and its loss. */
  ofRun: (step: number, run: number, name: string) => `${step}.${run}/${name}`,
  /** Moments at the start; p is called as the parameter is. */
  first: (name: string) => `first.${name}`,
  second: (name: string) => `second.${name}`,
  /** p0, where there is an L1 term. */
  origin: (name: string) => `origin.${name}`,
  /** Values and moments at the end: of the name that they had at the start. */
  next: (name: string) => `next.${name}`,
  /** For each position, the row of a table that it reads; and the row that its gradient goes to, -1 for none. */
  reads: (table: string) => `reads.${table}`,
  owners: (table: string) => `owners.${table}`,
  /** The rows that occur among the owners, each once. */
  rows: (table: string) => `rows.${table}`,
  /** Learning rate / correction of the first moment; 1 / root of that of the second; 1 - learning rate * weight decay. */
  rate: 'rate',
  root: 'root',
  keep: 'keep',
  loss: 'loss',
  norm: 'norm',
  distance: 'distance',
} as const;

/**
 * `plan.steps` steps of `step`, a graph with the loss and gradients of a batch, each followed by AdamW (as `core/adamw.ts`, but in
 * single precision throughout). ONNX's Loop would say the same shorter; no device but CUDA has it.
 */
export function strideGraph(step: Graph, plan: StridePlan): Graph {
  const shapes = new Map(step.inputs.map((value) => [value.name, value] as const));
  for (const { name, width } of plan.tables)
    shapes.set(name, { name, shape: [2, width], type: 'float32', varies: [0] });
  const writer = newGraphWriter(step.constants, 'stride');
  const inputs = new Map<string, GraphValue>();
  const input = (value: GraphValue): string => {
    inputs.set(value.name, value);
    return value.name;
  };
  const outputs: GraphValue[] = [];
  const like = (of: string, name: string): GraphValue => ({ ...need(shapes.get(of)), name });
  const { first, second, origin, next } = strideNames;
  const trained: readonly StrideParameter[] = [...plan.parameters, ...plan.tables];
  let states = new Map(
    trained.map(({ name }): [string, StrideState] => [
      name,
      {
        p: input(like(name, name)),
        first: input(like(name, first(name))),
        second: input(like(name, second(name))),
      },
    ]),
  );
  const pulled = trained.filter(({ regularized }) => plan.l1 > 0 && regularized);
  for (const { name } of pulled) input(like(name, origin(name)));
  for (const name of plan.held) input(like(name, name));
  const ownInputs = step.inputs.filter(
    ({ name }) => !states.has(name) && !plan.held.has(name) && !(name === plan.sum && plan.tables.length > 0),
  );
  const constants = new Set(step.constants.map(({ name }) => name));
  let alive: string | undefined;
  for (let k = 0; k < plan.steps; k++) {
    const here = (name: string) => strideNames.ofStep(k, name);
    const now = states;
    const valueOf = (name: string) => now.get(name)?.p;
    const runs = Array.from({ length: plan.runs }, (_, r) => (name: string) => strideNames.ofRun(k, r, name));
    for (const ofRun of runs) {
      for (const value of ownInputs) input({ ...value, name: ofRun(value.name) });
      const rename = (name: string) =>
        constants.has(name) || plan.held.has(name) ? name : (valueOf(name) ?? ofRun(name));
      if (plan.tables.length > 0) sumRows(ofRun, plan, valueOf, writer, input);
      for (const node of step.nodes)
        writer.put({ ...node, inputs: node.inputs.map(rename), outputs: node.outputs.map(ofRun) });
      outputs.push(scalar(ofRun(strideNames.loss)));
    }
    const ofStep = { runs, here, valueOf };
    const { gradients, squares, distances } = stepGradients(trained, ofStep, plan, writer, input);
    const norm = writer.emit('Sqrt', [writer.total(squares)]);
    writer.give(norm, here(strideNames.norm));
    outputs.push({ ...scalar(here(strideNames.norm)), shape: [1] });
    if (distances.length > 0) {
      writer.give(writer.total(distances), here(strideNames.distance));
      outputs.push({ ...scalar(here(strideNames.distance)), shape: [1] });
    }
    if (plan.guarded) {
      const finite = writer.emit('Less', [norm, writer.float(LARGEST)]);
      alive = alive === undefined ? finite : writer.emit('And', [alive, finite]);
    }
    const schedule = {
      rate: input(scalar(here(strideNames.rate))),
      root: input(scalar(here(strideNames.root))),
      keep: plan.weightDecay > 0 ? input(scalar(here(strideNames.keep))) : undefined,
      clip: clipping(norm, plan.maxGradNorm, writer),
      alive,
    };
    states = new Map(
      trained.map(({ name, decays }): [string, StrideState] => {
        const own = decays ? schedule : { ...schedule, keep: undefined };
        return [name, adamw(need(now.get(name)), need(gradients.get(name)), own, writer)];
      }),
    );
  }
  for (const [name, state] of states) {
    for (const [from, called] of [
      [state.p, name],
      [state.first, first(name)],
      [state.second, second(name)],
    ]) {
      writer.give(from, next(called));
      outputs.push(like(name, next(called)));
    }
  }
  return { inputs: [...inputs.values()], outputs, constants: writer.constants, nodes: writer.nodes };
}

type Naming = (name: string) => string;

interface NamedStep {
  /** How the values of each run are called, and those of the step. */
  readonly runs: readonly Naming[];
  readonly here: Naming;
  /** The value of what trains, as it is in this step. */
  readonly valueOf: (name: string) => string | undefined;
}

/** Gradients of a step, summed over its runs and with the L1 term, their sums of squares, and sums of |p - p0|. */
function stepGradients(
  trained: readonly StrideParameter[],
  step: NamedStep,
  { tables, sum, l1 }: StridePlan,
  writer: GraphWriter,
  input: (value: GraphValue) => string,
) {
  const isTable = new Set(tables.map(({ name }) => name));
  const gradients = new Map<string, string>();
  const squares: string[] = [];
  const distances: string[] = [];
  for (const { name, regularized } of trained) {
    const p = need(step.valueOf(name));
    const plain = isTable.has(name)
      ? rowGradient(name, p, { ...step, sum }, writer, input)
      : step.runs
          .map((ofRun) => ofRun(gradientOf(name)))
          .reduce((left, right) => writer.emit('Add', [left, right]));
    const pull = l1 > 0 && regularized ? withL1(plain, p, strideNames.origin(name), l1, writer) : undefined;
    const gradient = pull?.gradient ?? plain;
    if (pull !== undefined) distances.push(writer.sum(pull.distances));
    squares.push(writer.sum(writer.emit('Mul', [gradient, gradient])));
    gradients.set(name, gradient);
  }
  return { gradients, squares, distances };
}

function scalar(name: string): GraphValue {
  return { name, shape: [], type: 'float32' };
}

/** The largest number of single precision; what is not finite is not less. */
const LARGEST = 3.4e38;

/** The sum of each position's rows, in place of the step's input. */
function sumRows(
  ofRun: Naming,
  { tables, sum }: StridePlan,
  valueOf: NamedStep['valueOf'],
  writer: GraphWriter,
  input: (value: GraphValue) => string,
): void {
  const found = tables.map(({ name }) => {
    const reads = input(integers(ofRun(strideNames.reads(name))));
    return writer.emit('Gather', [need(valueOf(name)), reads], { axis: { int: 0 } });
  });
  const total = found.reduce((left, right) => writer.emit('Add', [left, right]));
  writer.give(total, ofRun(sum));
}

/** The gradient of a table: of each row, the sum over its positions, as a product, since scattering would lose repeated rows. */
function rowGradient(
  name: string,
  table: string,
  step: Pick<NamedStep, 'runs' | 'here'> & Pick<StridePlan, 'sum'>,
  writer: GraphWriter,
  input: (value: GraphValue) => string,
): string {
  const rows = input(integers(step.here(strideNames.rows(name))));
  const column = writer.emit('Reshape', [rows, writer.sizes([-1, 1])]);
  const sums = step.runs.reduce<string | undefined>((before, ofRun) => {
    const owners = input(integers(ofRun(strideNames.owners(name))));
    const line = writer.emit('Reshape', [owners, writer.sizes([1, -1])]);
    const same = writer.emit('Cast', [writer.emit('Equal', [column, line])], { to: { int: FLOAT32 } });
    const factors = [same, ofRun(gradientOf(step.sum))];
    return writer.emit('Gemm', before === undefined ? factors : [...factors, before]);
  }, undefined);
  const zeros = writer.emit('ConstantOfShape', [writer.emit('Shape', [table])]);
  const wide = writer.emit('Cast', [column], { to: { int: INT64 } });
  return writer.emit('ScatterND', [zeros, wide, need(sums)]);
}

/** ONNX's numbers of element types, for its operator Cast. */
const FLOAT32 = 1;
const INT64 = 7;

function integers(name: string): GraphValue {
  return { name, shape: [2], varies: [0], type: 'int32' };
}

function need<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('A stride lacks one of its values.');
  return value;
}
