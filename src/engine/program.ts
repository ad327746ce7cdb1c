import type { Scalar, Tensor } from '@tensorflow/tfjs-core';

/** A value that a program takes. */
export interface InputSpec {
  readonly name: string;
  readonly shape: readonly number[];
  /** Whether the first size may be another at each run; `shape` then has an example of it. */
  readonly varies?: boolean;
  readonly type: 'float32' | 'int32' | 'bool';
}

export type NamedTensors = Readonly<Record<string, Tensor>>;

/** A model as a pure function in TensorFlow.js ops; it must not read a tensor's values. */
export type Program = (inputs: NamedTensors) => ProgramResult;

export interface ProgramResult {
  /** What is differentiated; absent in programs that only predict. */
  readonly loss?: Scalar;
  readonly outputs?: NamedTensors;
}

/** A program with the shapes of its inputs. */
export interface ProgramSpec {
  readonly program: Program;
  readonly inputs: readonly InputSpec[];
  /** Inputs by which the loss is differentiated; the result holds `gradient.NAME` for each. */
  readonly gradients: readonly string[];
  /** Those of `gradients` that a run with `accumulate` adds to what their arrays hold. */
  readonly accumulated: readonly string[];
}

/** The shape of an array of so many elements, where the first size follows from their number. */
export function shapeOf({ shape, varies }: Pick<InputSpec, 'shape' | 'varies'>, elements: number): number[] {
  if (varies !== true) return [...shape];
  const rest = shape.slice(1).reduce((product, size) => product * size, 1);
  return [elements / rest, ...shape.slice(1)];
}

export type FeedArray = Float32Array | Int32Array | Uint8Array;
export type Feeds = Readonly<Record<string, FeedArray>>;

/** Name of the output that holds the gradient of an input. */
export function gradientOf(name: string): string {
  return `gradient.${name}`;
}
