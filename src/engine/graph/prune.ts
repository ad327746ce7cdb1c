import type { Graph } from './graph.ts';

/** Drops nodes, constants and inputs on which no output depends (gradients of frozen parameters, above all). */
export function prune(graph: Graph): Graph {
  const needed = new Set(graph.outputs.map((value) => value.name));
  const nodes = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((name) => needed.has(name))) continue;
    for (const name of node.inputs) needed.add(name);
    nodes.push(node);
  }
  return {
    inputs: graph.inputs.filter((value) => needed.has(value.name)),
    outputs: graph.outputs,
    constants: graph.constants.filter((value) => needed.has(value.name)),
    nodes: nodes.toReversed(),
  };
}
