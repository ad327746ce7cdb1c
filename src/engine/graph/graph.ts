/** Element types of values in a graph. */
export type ElementType = 'float32' | 'int32' | 'int64' | 'uint8' | 'bool';

/** A named value that enters or leaves a graph. */
export interface GraphValue {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: ElementType;
  /** Axes whose sizes are decided at run time. */
  readonly varies?: readonly number[];
}

/** A constant that is part of the graph. */
export interface GraphConstant extends GraphValue {
  /** An array of floats where it is a weight. */
  readonly values: readonly number[] | Float32Array | Int32Array;
}

export type AttributeValue =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly ints: readonly number[] };

/** One operator of ONNX (or of Microsoft's extension domain). */
export interface GraphNode {
  readonly op: string;
  readonly domain?: 'com.microsoft';
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
}

/** A computation: nodes in topological order. */
export interface Graph {
  readonly inputs: readonly GraphValue[];
  readonly outputs: readonly GraphValue[];
  readonly constants: readonly GraphConstant[];
  readonly nodes: readonly GraphNode[];
}
