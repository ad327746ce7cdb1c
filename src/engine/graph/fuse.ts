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
 * A product that is used by a multiplication with a constant alone takes it as its own factor (alpha), and so does a product that
 * is one of the only readers of such a multiplication: either way a pass over the values less.
 */
export function fuseScales(graph: Graph): Graph {
  const constants = new Map(graph.constants.map((value) => [value.name, value]));
  const kept = new Set(graph.outputs.map(({ name }) => name));
  const nodes = new Map(graph.nodes.map((node) => [node.outputs[0], node]));
  for (const { op, inputs, outputs } of graph.nodes) {
    const factor = constants.get(inputs[1]);
    if (op !== 'Mul' || factor === undefined || factor.shape.length > 0) continue;
    const [scale] = factor.values;
    const current = [...nodes.values()];
    const [source] = inputs;
    const product = nodes.get(source);
    const readers = current.filter((node) => node.inputs.includes(outputs[0]));
    const alone = current.filter((node) => node.inputs.includes(source)).length === 1 && !kept.has(source);
    if (product !== undefined && alone && isPlainProduct(product)) {
      nodes.delete(source);
      nodes.set(outputs[0], { ...scaled(product, scale), outputs });
    } else if (
      !kept.has(outputs[0]) &&
      readers.length > 0 &&
      readers.every((node) => readsOnce(node, outputs[0]))
    ) {
      nodes.delete(outputs[0]);
      for (const reader of readers) {
        const renamed = reader.inputs.map((name) => (name === outputs[0] ? source : name));
        nodes.set(reader.outputs[0], { ...scaled(reader, scale), inputs: renamed });
      }
    }
  }
  return { ...graph, nodes: graph.nodes.flatMap((node) => nodes.get(node.outputs[0]) ?? []) };
}

/** A product whose bias, if it had one, would have to be scaled too, is left alone. */
function isPlainProduct({ op, inputs }: GraphNode): boolean {
  return (op === 'Gemm' || op === 'FusedMatMul') && inputs.length === 2;
}

function readsOnce(node: GraphNode, name: string): boolean {
  const isProduct = node.op === 'Gemm' || node.op === 'FusedMatMul';
  return isProduct && node.inputs.filter((input) => input === name).length === 1 && node.inputs[2] !== name;
}

function scaled(node: GraphNode, scale: number): GraphNode {
  const alpha = node.attributes?.alpha;
  const before = alpha !== undefined && 'float' in alpha ? alpha.float : 1;
  return { ...node, attributes: { ...node.attributes, alpha: { float: before * scale } } };
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
