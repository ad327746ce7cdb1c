import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import type { Precision } from '../core/precision.ts';

/** A value that a program takes. */
export interface InputSpec {
  readonly name: string;
  readonly shape: readonly number[];
  /** Axes whose sizes may be others at each run; `shape` then has examples of them. */
  readonly varies?: readonly number[];
  readonly type: 'float32' | 'int32' | 'bool';
  /** Always zero, and not fed: only the loss's gradient by it is wanted. For engines with `probes`. */
  readonly zero?: boolean;
}

export type NamedTensors = Readonly<Record<string, Tensor>>;

/** A model as a pure function in TensorFlow.js ops; it must not read a tensor's values. */
export type Program = (inputs: NamedTensors) => ProgramResult;

export interface ProgramResult {
  /** What is differentiated; absent in programs that only predict. */
  readonly loss?: Scalar;
  readonly outputs?: NamedTensors;
}

/** Entries of an input (flat, ascending) that change from run to run; all others are those of `values`. */
export interface ResidentEntries {
  readonly indices: Uint32Array;
  /** The whole input; what it has at the indices does not matter. */
  readonly values: Float32Array;
}

/** A program with the shapes of its inputs. */
export interface ProgramSpec {
  readonly program: Program;
  readonly inputs: readonly InputSpec[];
  /** Inputs by which the loss is differentiated; the result holds `gradient.NAME` for each. */
  readonly gradients: readonly string[];
  /** Those of `gradients` that a run with `accumulate` adds to what their arrays hold. */
  readonly accumulated: readonly string[];
  /**
   * Mixed: products and what lies between them in half precision (`graph/mixedPrecision.ts`); the program's loss is one that the caller
   * has multiplied by a scale, of which it feeds the inverse as INVERSE_SCALE, and by which its gradients are divided again. For
   * engines that have `halves`. Single where it is absent.
   */
  readonly precision?: Precision;
  /** Inputs that are fed at these entries alone, and whose gradients are given there alone. For engines that are `resident`. */
  readonly resident?: ReadonlyMap<string, ResidentEntries>;
}

/** Name of the input, a scalar, with which the gradients of a program in mixed precision are multiplied. */
export const INVERSE_SCALE = 'inverseScale';

export type FeedArray = Float32Array | Int32Array | Uint8Array;

/** An array with its shape, which only values with more than one varying axis need. */
export interface ShapedArray {
  readonly array: FeedArray;
  readonly shape: readonly number[];
}

export type Feeds = Readonly<Record<string, FeedArray | ShapedArray>>;

/** An array that is fed, with its shape: the size of a varying axis follows from the number of elements. */
export function shaped(
  { name, shape, varies = [] }: Pick<InputSpec, 'name' | 'shape' | 'varies'>,
  feed: FeedArray | ShapedArray,
): ShapedArray {
  if ('array' in feed) return feed;
  if (varies.length > 1) throw new Error(`${name} has several sizes that vary and must be given a shape.`);
  const [axis] = varies;
  const rest = shape.reduce((product, size, i) => (i === axis ? product : product * size), 1);
  return { array: feed, shape: shape.map((size, i) => (i === axis ? feed.length / rest : size)) };
}

/** Name of the output that holds the gradient of an input. */
export function gradientOf(name: string): string {
  return `gradient.${name}`;
}
