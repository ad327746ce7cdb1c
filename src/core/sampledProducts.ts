import { kernelMemoryOf, type KernelMemory } from './kernelMemory.ts';
import type { KernelTask } from './kernelTasks.ts';

/** About so many entries a task. */
const ENTRIES_A_TASK = 1 << 15;
/** Columns a tile: with a few hundred positions, so many rows of `x` stay in a processor's second-level cache. */
const TILE = 384;
/** Numbers in a line of a processor's cache. */
const LINE = 16;

/**
 * Chosen entries of a weight's gradient dW = Y X', where nobody reads the others: `x` [width, length] is the layer's input and `y`
 * [height, length] the gradient of its output, both transposed as by `transposeTasks`; `length` is the number of positions, a
 * multiple of 4.
 */
export interface SampledProduct {
  /** Flat indices of the chosen entries in W [height, width], ascending. */
  readonly indices: Uint32Array;
  /** As `tileStarts` gives them. */
  readonly starts: Uint32Array;
  readonly width: number;
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly length: number;
  /** Gradient of each chosen entry. */
  readonly into: Float32Array;
  /** Whether to add to what `into` holds. */
  readonly add: boolean;
}

/** How many tiles of columns a row has. */
function tilesOf(width: number): number {
  return Math.ceil(width / TILE);
}

/** How long `tileStarts` of a matrix are. */
export function tileStartsLength(height: number, width: number): number {
  return height * tilesOf(width) + 1;
}

/** For each row of W [height, width] and each tile of its columns, how many of the ascending indices come before it; last, how many there are. */
export function tileStarts(indices: Uint32Array, height: number, width: number): Uint32Array {
  const tiles = tilesOf(width);
  const starts = new Uint32Array(tileStartsLength(height, width));
  let at = 0;
  for (let row = 0; row < height; row++) {
    for (let tile = 0; tile < tiles; tile++) {
      starts[row * tiles + tile] = at;
      const end = row * width + Math.min(width, (tile + 1) * TILE);
      while (at < indices.length && indices[at] < end) at++;
    }
  }
  starts[height * tiles] = at;
  return starts;
}

/** The product in parts. All arrays must lie in one kernel memory. */
export function sampledProductTasks(product: SampledProduct): KernelTask[] {
  const { indices, starts, width, x, y, length, into, add } = product;
  const memory = memoryOfAll(into, indices, starts, x, y);
  if (length % 4 !== 0)
    throw new Error(`A sampled product over ${length} positions, which is no multiple of 4.`);
  const tiles = tilesOf(width);
  const height = (starts.length - 1) / tiles;
  const tasks: KernelTask[] = [];
  let row = 0;
  for (let end = 1; end <= height; end++) {
    const isLast = end === height;
    if (!isLast && starts[end * tiles] - starts[row * tiles] < ENTRIES_A_TASK) continue;
    const [from, bounds, out] = [indices, starts, into].map(({ byteOffset }) => byteOffset);
    const numbers = [
      from,
      bounds,
      row,
      end,
      tiles,
      width,
      x.byteOffset,
      y.byteOffset,
      length,
      strideOf(length),
      out,
      Number(add),
    ];
    tasks.push({ memory, kernel: 'sampledProducts', numbers });
    row = end;
  }
  return tasks;
}

/**
 * How far rows of so many numbers lie apart in a transposed matrix: an odd number of lines of the cache, so that a column's numbers
 * are spread over all of it.
 */
export function strideOf(length: number): number {
  const lines = Math.ceil(length / LINE);
  return LINE * (lines + (1 - (lines % 2)));
}

/** A matrix [length, width] and where its transpose goes, [width, strideOf(length)]; `length` is a multiple of 4. */
export interface Transposition {
  readonly from: Float32Array;
  readonly to: Float32Array;
  readonly width: number;
  readonly length: number;
}

/** The transposition in parts. Both arrays must lie in one kernel memory. */
export function transposeTasks({ from, to, width, length }: Transposition): KernelTask[] {
  const memory = memoryOfAll(from, to);
  if (length % 4 !== 0) throw new Error(`A transposition of ${length} positions, which is no multiple of 4.`);
  return inTiles(width, (first, end) => ({
    memory,
    kernel: 'transpose',
    numbers: [from.byteOffset, length, width, first, end, to.byteOffset, strideOf(length)],
  }));
}

/** Sums over positions of a transposed matrix `y` [height, length]: the gradient of a bias. */
export interface RowSums {
  readonly y: Float32Array;
  readonly length: number;
  /** A number for each row. */
  readonly into: Float32Array;
  /** Whether to add to what `into` holds. */
  readonly add: boolean;
}

/** The sums in parts. Both arrays must lie in one kernel memory. */
export function rowSumTasks({ y, length, into, add }: RowSums): KernelTask[] {
  const memory = memoryOfAll(y, into);
  return inTiles(into.length, (first, end) => ({
    memory,
    kernel: 'rowSums',
    numbers: [y.byteOffset, length, strideOf(length), first, end, into.byteOffset, Number(add)],
  }));
}

/** A task for each tile of so many features. */
function inTiles(features: number, task: (first: number, end: number) => KernelTask): KernelTask[] {
  return Array.from({ length: tilesOf(features) }, (_, i) =>
    task(i * TILE, Math.min(features, (i + 1) * TILE)),
  );
}

/** The one kernel memory in which all of these arrays lie. */
function memoryOfAll(
  first: Float32Array | Uint32Array,
  ...others: readonly (Float32Array | Uint32Array)[]
): KernelMemory {
  const memory = kernelMemoryOf(first);
  if (memory === undefined || others.some(({ buffer }) => buffer !== first.buffer))
    throw new Error('The arrays of a kernel task must lie in one kernel memory.');
  return memory;
}
