import type { Graph, GraphNode } from './graph.ts';

/** The opset in which `standardOps` leaves a graph that only predicts. */
export const standardOpset = 18;

/**
 * A graph without Microsoft's operators, so that any ONNX runtime takes it: GELU by its definition, stacks of products with their
 * transposes and factors as operators of their own. For running it here the original is faster.
 */
export function standardOps(graph: Graph): Graph {
  const constants = [...graph.constants];
  const scalar = (name: string, value: number): string => {
    if (constants.every((known) => known.name !== name)) {
      constants.push({ name, type: 'float32', shape: [], values: [value] });
    }
    return name;
  };
  const nodes = graph.nodes.flatMap((node): GraphNode[] => {
    if (node.domain === undefined) return [node];
    if (node.op === 'Gelu') return gelu(node, scalar);
    if (node.op === 'FusedMatMul') return product(node, scalar);
    throw new Error(`${node.op} has no counterpart among ONNX's own operators.`);
  });
  return { ...graph, constants, nodes };
}

type Scalar = (name: string, value: number) => string;

/** x / 2 * (1 + erf(x / sqrt(2))) */
function gelu({ inputs: [x], outputs: [y] }: GraphNode, scalar: Scalar): GraphNode[] {
  const part = (name: string) => `${y}.${name}`;
  return [
    { op: 'Mul', inputs: [x, scalar('gelu.scale', Math.SQRT1_2)], outputs: [part('scaled')] },
    { op: 'Erf', inputs: [part('scaled')], outputs: [part('erf')] },
    { op: 'Add', inputs: [part('erf'), scalar('gelu.one', 1)], outputs: [part('sum')] },
    { op: 'Mul', inputs: [x, scalar('gelu.half', 0.5)], outputs: [part('halved')] },
    { op: 'Mul', inputs: [part('halved'), part('sum')], outputs: [y] },
  ];
}

/** FusedMatMul: factors of four axes, the last two of which may be swapped, times alpha. */
function product({ inputs, outputs: [y], attributes = {} }: GraphNode, scalar: Scalar): GraphNode[] {
  const nodes: GraphNode[] = [];
  const factors = inputs.map((name, i) => {
    const transposed = attributes[i === 0 ? 'transA' : 'transB'];
    if (transposed === undefined || !('int' in transposed) || transposed.int === 0) return name;
    const swapped = `${y}.swapped${i}`;
    nodes.push({
      op: 'Transpose',
      inputs: [name],
      outputs: [swapped],
      attributes: { perm: { ints: [0, 1, 3, 2] } },
    });
    return swapped;
  });
  const { alpha } = attributes;
  const factor = alpha !== undefined && 'float' in alpha ? alpha.float : 1;
  if (factor === 1) return [...nodes, { op: 'MatMul', inputs: factors, outputs: [y] }];
  return [
    ...nodes,
    { op: 'MatMul', inputs: factors, outputs: [`${y}.product`] },
    { op: 'Mul', inputs: [`${y}.product`, scalar(`${y}.alpha`, factor)], outputs: [y] },
  ];
}
