import type { Graph, GraphNode, GraphValue } from './graph.ts';

/** Rows of a matrix that enter or leave a graph as a value of their own. */
export interface MatrixPart {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

export interface SplitGraph {
  readonly graph: Graph;
  /** The parts of each matrix that was cut, by its name. */
  readonly parts: ReadonlyMap<string, readonly MatrixPart[]>;
}

const FLOAT = 4;

/**
 * Cuts matrices of more than `limit` bytes that enter a graph, or are gradients that leave it, into groups of rows: a device's buffer
 * may be far smaller than a vocabulary's output matrix. What reads or makes them must be products. Exact, but for the order of sums
 * over the parts.
 */
export function splitLarge(graph: Graph, limit: number): SplitGraph {
  const parts = new Map<string, readonly MatrixPart[]>();
  const cut = ({ name, shape, type, varies = [] }: GraphValue): readonly MatrixPart[] | undefined => {
    const [rows, columns] = shape;
    if (type !== 'float32' || shape.length !== 2 || varies.length > 0 || rows * columns * FLOAT <= limit)
      return undefined;
    const most = Math.max(1, Math.floor(limit / (FLOAT * columns)));
    const found = Array.from({ length: Math.ceil(rows / most) }, (_, i) => ({
      name: `${name}.part${i}`,
      from: i * most,
      to: Math.min(rows, (i + 1) * most),
    }));
    parts.set(name, found);
    return found;
  };
  const divide = (value: GraphValue): GraphValue[] =>
    cut(value)?.map(({ name, from, to }) => ({ ...value, name, shape: [to - from, value.shape[1]] })) ?? [
      value,
    ];
  const inputs = graph.inputs.flatMap(divide);
  const outputs = graph.outputs.flatMap(divide);
  if (parts.size === 0) return { graph, parts };
  const writer = newWriter(graph);
  const nodes = graph.nodes.flatMap((node) => rewrite(node, parts, writer));
  return { graph: { ...graph, inputs, outputs, nodes, constants: writer.constants }, parts };
}

interface Writer {
  readonly constants: Graph['constants'];
  /** Columns `from` to `to` of a matrix, or elements of a vector. */
  slice(name: string, part: MatrixPart, into: GraphNode[]): string;
}

function newWriter(graph: Graph): Writer {
  const constants = [...graph.constants];
  const known = new Map<string, string>();
  const int64 = (value: number) => {
    const name = `split.${value}`;
    if (!known.has(name)) {
      constants.push({ name, type: 'int64', shape: [1], values: [value] });
      known.set(name, name);
    }
    return name;
  };
  return {
    constants,
    slice(name, { from, to }, into) {
      const output = `${name}.columns${from}.${to}`;
      if (!known.has(output)) {
        known.set(output, output);
        into.push({
          op: 'Slice',
          inputs: [name, int64(from), int64(to), int64(-1)],
          outputs: [output],
        });
      }
      return output;
    },
  };
}

function rewrite(node: GraphNode, parts: SplitGraph['parts'], writer: Writer): GraphNode[] {
  const [output] = node.outputs;
  const made = parts.get(output);
  const reads = node.inputs.findIndex((name) => parts.has(name));
  if (made === undefined && reads < 0) return [node];
  const [a, b, c] = node.inputs;
  const transposed = (side: 'transA' | 'transB') => {
    const value = node.attributes?.[side];
    return value !== undefined && 'int' in value && value.int === 1;
  };
  const read = parts.get(b);
  if (node.op !== 'Gemm' || (reads >= 0 && reads !== 1) || (made !== undefined && read !== undefined))
    throw new Error(`${node.op} cannot work on ${node.inputs[reads] ?? output} in parts.`);
  const nodes: GraphNode[] = [];
  if (made !== undefined) {
    // d' x: a group of its rows comes of a group of d's columns.
    if (!transposed('transA') || c !== undefined) throw new Error(`${output} cannot be made in parts.`);
    for (const part of made)
      nodes.push({ ...node, inputs: [writer.slice(a, part, nodes), b], outputs: [part.name] });
    return nodes;
  }
  if (read === undefined || transposed('transA')) throw new Error(`${b} cannot be read in parts.`);
  if (transposed('transB')) {
    // x W': a group of its columns comes of a group of W's rows.
    const columns = read.map((part, i) => {
      const bias = c === undefined ? [] : [writer.slice(c, part, nodes)];
      nodes.push({ ...node, inputs: [a, part.name, ...bias], outputs: [`${output}.part${i}`] });
      return `${output}.part${i}`;
    });
    nodes.push({ op: 'Concat', inputs: columns, outputs: [output], attributes: { axis: { int: 1 } } });
    return nodes;
  }
  // d W: the sum over groups of W's rows.
  let sum = c;
  read.forEach((part, i) => {
    const next = i === read.length - 1 ? output : `${output}.sum${i}`;
    const before = sum === undefined ? [] : [sum];
    nodes.push({
      ...node,
      inputs: [writer.slice(a, part, nodes), part.name, ...before],
      outputs: [next],
    });
    sum = next;
  });
  return nodes;
}
