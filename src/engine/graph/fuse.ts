import type { Graph, GraphNode } from './graph.ts';

/**
 * MatMul followed by the addition of a bias becomes one Gemm with that bias, so that the product is written once.
 * Only where the product is used by that addition alone.
 */
export function fuseBias(graph: Graph): Graph {
  const uses = countUses(graph);
  const producer = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const absorbed = new Set<GraphNode>();
  const fused = new Map<GraphNode, GraphNode>();
  const rank1 = new Set(graph.inputs.filter((value) => value.shape.length === 1).map((value) => value.name));
  for (const node of graph.nodes) {
    if (node.op !== 'Add') continue;
    const [product, bias] = node.inputs;
    const gemm = producer.get(product);
    if (gemm?.op !== 'Gemm' || gemm.inputs.length !== 2 || uses.get(product) !== 1 || !rank1.has(bias))
      continue;
    absorbed.add(gemm);
    fused.set(node, { ...gemm, inputs: [...gemm.inputs, bias], outputs: node.outputs });
  }
  return {
    ...graph,
    nodes: graph.nodes.filter((node) => !absorbed.has(node)).map((node) => fused.get(node) ?? node),
  };
}

/**
 * Makes the named outputs sums over several runs: each gains an input `accumulate.NAME` of its shape that is added to it.
 * A matrix product adds it for nothing (the C of Gemm), so a step's micro-batches cost no extra pass over the gradients.
 * The caller may give the same memory as that input and as the output.
 */
export function accumulateOutputs(graph: Graph, names: readonly string[]): Graph {
  const sums = new Set(names);
  const values = graph.outputs.filter((value) => sums.has(value.name));
  const uses = countUses(graph);
  const nodes = graph.nodes.flatMap((node): GraphNode[] => {
    const [output] = node.outputs;
    if (!sums.has(output)) return [node];
    const before = accumulatorOf(output);
    if (node.op === 'Gemm' && node.inputs.length === 2 && !uses.has(output)) {
      return [{ ...node, inputs: [...node.inputs, before] }];
    }
    const part = `${output}.part`;
    return [
      { ...node, outputs: [part, ...node.outputs.slice(1)] },
      { op: 'Add', inputs: [part, before], outputs: [output] },
    ];
  });
  return {
    ...graph,
    inputs: [...graph.inputs, ...values.map((value) => ({ ...value, name: accumulatorOf(value.name) }))],
    nodes,
  };
}

/** Name of the input that is added to the output `name`. */
export function accumulatorOf(name: string): string {
  return `accumulate.${name}`;
}

function countUses(graph: Graph): Map<string, number> {
  const uses = new Map<string, number>();
  for (const node of graph.nodes) for (const name of node.inputs) uses.set(name, (uses.get(name) ?? 0) + 1);
  return uses;
}
