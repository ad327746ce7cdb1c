import { KERNEL_CALLS, callKernel, type KernelResult } from '../core/kernelTasks.ts';
import type { Kernels } from '../core/kernelMemory.ts';

/** Tasks as numbers in shared memory, where every thread takes the next one that nobody has taken. */
export interface KernelTable {
  /** Words by which threads meet; see CONTROL. */
  readonly control: Int32Array<SharedArrayBuffer>;
  /** ROW numbers a task: memory, kernel, its arguments, and the two of its result. */
  readonly rows: Float64Array<SharedArrayBuffer>;
}

/** Places in `control`. */
export const CONTROL = {
  /** Counts the rounds of work; changing it wakes the workers. */
  round: 0,
  /** The next task to be taken, and how many there are. */
  next: 1,
  tasks: 2,
  /** Workers that have nothing left to do in this round. */
  done: 3,
  quit: 4,
  failed: 5,
} as const;

/** Tasks that a table holds. */
export const TABLE_TASKS = 4096;
const ROW = 16;
const ARGUMENTS = 2;
const RESULT = 14;

export function newKernelTable(): KernelTable {
  const words = Object.keys(CONTROL).length;
  return {
    control: new Int32Array(new SharedArrayBuffer(4 * words)),
    rows: new Float64Array(new SharedArrayBuffer(8 * ROW * TABLE_TASKS)),
  };
}

/** Writes task `index`. */
export function writeTask(
  { rows }: KernelTable,
  index: number,
  memory: number,
  kernel: string,
  numbers: readonly number[],
): void {
  const at = index * ROW;
  rows[at] = memory;
  rows[at + 1] = KERNEL_CALLS.findIndex(([name]) => name === kernel);
  rows.set(numbers, at + ARGUMENTS);
}

/** Takes and does tasks until none is left. */
export function doTasks({ control, rows }: KernelTable, kernelsOf: (memory: number) => Kernels): void {
  const count = control[CONTROL.tasks];
  for (;;) {
    const index = Atomics.add(control, CONTROL.next, 1);
    if (index >= count) return;
    const at = index * ROW;
    const [name, length] = KERNEL_CALLS[rows[at + 1]];
    const numbers = Array.from(rows.subarray(at + ARGUMENTS, at + ARGUMENTS + length));
    const { squares, distance } = callKernel(kernelsOf(rows[at]), name, numbers);
    rows[at + RESULT] = squares;
    rows[at + RESULT + 1] = distance;
  }
}

/** The result of task `index`. */
export function readResult({ rows }: KernelTable, index: number): KernelResult {
  const at = index * ROW + RESULT;
  return { squares: rows[at], distance: rows[at + 1] };
}
