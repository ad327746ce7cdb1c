import type { AttributeValue, GraphConstant, GraphNode } from './graph.ts';

/** Writes operators one after the other, and names what they make. */
export interface GraphWriter {
  readonly constants: readonly GraphConstant[];
  readonly nodes: readonly GraphNode[];
  put(node: GraphNode): void;
  emit(op: string, inputs: readonly string[], attributes?: Readonly<Record<string, AttributeValue>>): string;
  /** Calls a value by a name that others know. */
  give(value: string, name: string): void;
  float(value: number): string;
  sizes(values: readonly number[]): string;
  /** The sum of all numbers of an array, [1]. */
  sum(array: string): string;
  /** The sum of arrays [1]. */
  total(parts: readonly string[]): string;
}

/** `prefix`: with which no name of the graph so far begins. */
export function newGraphWriter(known: readonly GraphConstant[], prefix: string): GraphWriter {
  const constants = new Map(known.map((value) => [value.name, value] as const));
  const nodes: GraphNode[] = [];
  let count = 0;
  const constant = (value: GraphConstant): string => {
    constants.set(value.name, value);
    return value.name;
  };
  const writer: GraphWriter = {
    get constants() {
      return [...constants.values()];
    },
    nodes,
    put: (node) => void nodes.push(node),
    emit(op, inputs, attributes) {
      const output = `${prefix}.${count++}`;
      nodes.push({ op, inputs, outputs: [output], ...(attributes === undefined ? {} : { attributes }) });
      return output;
    },
    give: (value, name) => void nodes.push({ op: 'Identity', inputs: [value], outputs: [name] }),
    float: (value) => constant({ name: `${prefix}=${value}`, type: 'float32', shape: [], values: [value] }),
    sizes: (values) =>
      constant({ name: `${prefix}=[${values.join()}]`, type: 'int64', shape: [values.length], values }),
    sum(array) {
      const flat = writer.emit('Reshape', [array, writer.sizes([-1])]);
      return writer.emit('ReduceSum', [flat, writer.sizes([0])], { keepdims: { int: 1 } });
    },
    total(parts) {
      const all = writer.emit('Concat', parts, { axis: { int: 0 } });
      return writer.emit('ReduceSum', [all, writer.sizes([0])], { keepdims: { int: 1 } });
    },
  };
  return writer;
}
