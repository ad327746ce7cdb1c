import type { Graph, GraphConstant, GraphNode } from '../../engine/graph/graph.ts';

/** Nodes of a graph and the constants that they read. */
export type Part = Pick<Graph, 'constants' | 'nodes'>;

/** A constant list of integers, or one integer. */
export function integers(name: string, values: readonly number[], scalar = false): GraphConstant {
  return { name, type: 'int64', shape: scalar ? [] : [values.length], values };
}

/** An operator with one output. */
export function node(
  op: string,
  inputs: readonly string[],
  output: string,
  attributes?: GraphNode['attributes'],
): GraphNode {
  return { op, inputs, outputs: [output], ...(attributes === undefined ? {} : { attributes }) };
}

/** To another element type, by its number in ONNX. */
export function cast(from: string, to: string, type: number): GraphNode {
  return node('Cast', [from], to, { to: { int: type } });
}

/** One behind the other along an axis. */
export function concatenate(inputs: readonly string[], output: string, axis = 0): GraphNode {
  return node('Concat', inputs, output, { axis: { int: axis } });
}
