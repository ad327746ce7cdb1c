import type { Slab } from '../core/slab.ts';
import type { StepShape } from '../data/shape.ts';
import type { ResidentEntries } from '../engine/program.ts';
import type { Tap } from '../model/taps.ts';

/** Weights of a sparse phase whose gradients are there at their masked entries alone, and how they come about. */
export interface ShortGradients {
  /** The weights that are treated so, with the arrays of their masked entries; the gradients among them are written here. */
  readonly slabs: ReadonlyMap<string, Slab>;
  /** Where layers are tapped, of whose input and output gradient the entries' gradients are computed. */
  readonly taps: readonly Tap[];
  /** Where the gradients of whole biases are written that are computed outside the graph, too, by name. */
  readonly biases?: ReadonlyMap<string, Float32Array>;
  /** Weights that stay with the engine, but for these entries. */
  readonly resident?: ReadonlyMap<string, ResidentEntries>;
  /** What enters the graph in place of whole weights. */
  feeds?(): Record<string, Float32Array>;
  /** Where the engine is to put what leaves the graph, by the output's name. */
  outputs(shape: StepShape): Record<string, Float32Array>;
  /** Computes the gradients of a run that has filled `outputs`; `add` sums them with those of the run before. */
  collect(shape: StepShape, add: boolean): void;
}
