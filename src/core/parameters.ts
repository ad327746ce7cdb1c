/** A named array of a model, row-major, as Hugging Face names it. */
export interface Parameter {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Parameters by name, in the model's own order (which decides ties in selection). */
export type Parameters = ReadonlyMap<string, Parameter>;
