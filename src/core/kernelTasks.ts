import type { KernelMemory, Kernels } from './kernelMemory.ts';

/** The kernels that a task may call, and how many numbers each takes; a task names one by its place in this list. */
export const KERNEL_CALLS = [
  ['squares', 2],
  ['squaresWithL1', 5],
  ['update', 9],
  ['updateWithL1', 11],
  ['sampledProducts', 12],
  ['transpose', 7],
  ['rowSums', 7],
] as const satisfies readonly (readonly [keyof Kernels, number])[];

export type KernelName = (typeof KERNEL_CALLS)[number][0];

/** One call of a kernel: a part of the work of a step that no other part depends on. */
export interface KernelTask {
  readonly memory: KernelMemory;
  readonly kernel: KernelName;
  readonly numbers: readonly number[];
}

/** What a call gives: sums of squares and of distances, both 0 where it only writes. */
export interface KernelResult {
  readonly squares: number;
  readonly distance: number;
}

/**
 * Does tasks in any order, on one thread or several, and gives their results in the tasks' order: the same bits either way. The
 * caller's thread does `meanwhile` first, which must not depend on the tasks, nor they on it.
 */
export type KernelRunner = (tasks: readonly KernelTask[], meanwhile?: () => void) => readonly KernelResult[];

/** Does tasks one after the other. */
export const runInline: KernelRunner = (tasks, meanwhile) => {
  meanwhile?.();
  return tasks.map(({ memory, kernel, numbers }) => callKernel(memory.kernels, kernel, numbers));
};

/** Calls a kernel. */
export function callKernel(kernels: Kernels, name: KernelName, numbers: readonly number[]): KernelResult {
  const call = kernels[name] as (...numbers: number[]) => number | undefined;
  const squares = call(...numbers) ?? 0;
  return { squares, distance: name === 'squaresWithL1' ? kernels.measuredDistance() : 0 };
}
