import type { AttributeValue, ElementType, GraphConstant, GraphNode } from '../graph/graph.ts';

/** What a traced tensor stands for: a value of the graph, or a constant whose elements are all one number. */
export type Traced = { readonly name: string } | { readonly uniform: number };

export interface Recorder {
  readonly nodes: GraphNode[];
  readonly constants: GraphConstant[];
  /** Appends an operator and gives its first output's name; `outputs` asks for further ones. */
  emit(op: string, inputs: readonly string[], options?: EmitOptions): string[];
  /** A constant of the graph; equal ones are shared. */
  constant(type: ElementType, shape: readonly number[], values: readonly number[]): string;
}

export interface EmitOptions {
  readonly domain?: 'com.microsoft';
  readonly outputs?: number;
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
}

/** An empty graph that operators are appended to. */
export function newRecorder(): Recorder {
  const nodes: GraphNode[] = [];
  const constants: GraphConstant[] = [];
  const known = new Map<string, string>();
  return {
    nodes,
    constants,
    emit(op, inputs, options = {}) {
      const { outputs: count = 1, ...rest } = options;
      const outputs = Array.from({ length: count }, (_, i) => `v${nodes.length}${i > 0 ? `_${i}` : ''}`);
      nodes.push({ op, inputs, outputs, ...rest });
      return outputs;
    },
    constant(type, shape, values) {
      const key = `${type}/${shape.join(',')}/${values.join(',')}`;
      const found = known.get(key);
      if (found !== undefined) return found;
      const name = `c${constants.length}`;
      constants.push({ name, type, shape, values });
      known.set(key, name);
      return name;
    },
  };
}
