import type { Feeds, ProgramSpec } from './program.ts';

/** Runs programs: compiled ahead (CPU) or eagerly on a TensorFlow.js backend. */
export interface Engine {
  readonly name: string;
  /** Whether programs may have inputs that are always zero, at no cost. */
  readonly probes: boolean;
  /** Whether feeds and results may lie in memory that threads share. */
  takesSharedMemory(): Promise<boolean>;
  compile(spec: ProgramSpec): Promise<Executable>;
}

export interface RunOptions {
  /**
   * The program's `accumulated` gradients are ADDED to what their arrays in `results` hold; all else is replaced.
   */
  readonly accumulate?: boolean;
}

export interface Executable {
  /**
   * Runs once. `results` holds an array for each output that is wanted (`loss`, `gradient.NAME`, names of outputs),
   * which is overwritten. Blocks the thread while it computes.
   */
  run(feeds: Feeds, results: Readonly<Record<string, Float32Array>>, options?: RunOptions): Promise<void>;
  /** Frees what the engine holds for this program. */
  release(): Promise<void>;
}
