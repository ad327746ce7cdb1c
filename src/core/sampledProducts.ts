import { kernelMemoryOf } from './kernelMemory.ts';
import type { KernelTask } from './kernelTasks.ts';

/** Entries a task; a multiple of 4. */
const ENTRIES_A_TASK = 1 << 14;

/**
 * Chosen entries of a weight's gradient dW = Y X', where nobody reads the others: `x` [width, length] is the layer's input and `y`
 * [height, length] the gradient of its output, both transposed; `length` is the number of positions, a multiple of 4.
 */
export interface SampledProduct {
  /** Flat indices of the chosen entries in W [height, width], ascending. */
  readonly indices: Uint32Array;
  readonly width: number;
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly length: number;
  /** Gradient of each chosen entry. */
  readonly into: Float32Array;
  /** Whether to add to what `into` holds. */
  readonly add: boolean;
}

/** The product in parts. All arrays must lie in one kernel memory. */
export function sampledProductTasks(product: SampledProduct): KernelTask[] {
  const { indices, width, x, y, length, into, add } = product;
  const memory = kernelMemoryOf(into);
  if (memory === undefined || [indices, x, y].some((array) => array.buffer !== into.buffer)) {
    throw new Error('The arrays of a sampled product must lie in one kernel memory.');
  }
  if (length % 4 !== 0)
    throw new Error(`A sampled product over ${length} positions, which is no multiple of 4.`);
  const tasks: KernelTask[] = [];
  for (let at = 0; at < indices.length; at += ENTRIES_A_TASK) {
    const count = Math.min(ENTRIES_A_TASK, indices.length - at);
    const start = indices.byteOffset + 4 * at;
    const out = into.byteOffset + 4 * at;
    const numbers = [start, count, width, x.byteOffset, y.byteOffset, length, out, Number(add)];
    tasks.push({ memory, kernel: 'sampledProducts', numbers });
  }
  return tasks;
}
