import type { StridePlan } from './graph/stride.ts';
import type { Feeds, ProgramSpec } from './program.ts';

/** Runs programs: compiled ahead, or eagerly on a TensorFlow.js backend. */
export interface Engine {
  readonly name: string;
  /** Of what computes: results are the same bits only within one. */
  readonly version: string;
  /** Whether equal runs give equal bits. Where nobody has proved it, they may not. */
  readonly repeatable: boolean;
  /** Whether programs may have inputs that are always zero, at no cost. */
  readonly probes: boolean;
  /** Whether inputs may stay with it but for some entries, which saves the way to a device and back. */
  readonly resident: boolean;
  /** How it computes programs in mixed precision: with operators on half precision, by rounding single precision, or not at all. */
  readonly halves: 'native' | 'emulated' | 'none';
  /** Bytes that one array on the device may have at the most; larger inputs and gradients are cut by the engine itself. */
  readonly largestArray?: number;
  /** Whether feeds and results may lie in memory that threads share. */
  takesSharedMemory(): Promise<boolean>;
  compile(spec: ProgramSpec): Promise<Executable>;
  /**
   * Several optimiser steps of a program in one run (`graph/stride.ts`), for engines to which the way is long; undefined where the
   * program does not fit.
   */
  readonly compileStride?: (spec: ProgramSpec, plan: StridePlan) => Promise<Executable | undefined>;
}

export interface RunOptions {
  /**
   * The program's `accumulated` gradients are ADDED to what their arrays in `results` hold; all else is replaced.
   */
  readonly accumulate?: boolean;
  /** Inputs that hold what they held in this program's run before: an engine need not take them to its device again. */
  readonly unchanged?: ReadonlySet<string>;
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
