import type { Parameters } from './parameters.ts';

/** The sparse difference of one parameter: values to ADD to the base at flat row-major indices. */
export interface SparseDiff {
  /** Ascending, without repeats. */
  readonly indices: Uint32Array;
  readonly values: Float32Array;
  /** Shape of the whole parameter, where it is known (an SFT file does not hold it). */
  readonly shape?: readonly number[];
}

/** A sparse fine-tuning: differences on the mask, and whole values of what is trained densely (a task head). */
export interface Sft {
  readonly diffs: ReadonlyMap<string, SparseDiff>;
  readonly abs: Parameters;
}
