import {
  measureGradient,
  updateRange,
  type EntryRange,
  type GradientMeasure,
  type StepConstants,
} from './adamw.ts';
import { kernelMemoryOf, type KernelMemory } from './kernelMemory.ts';
import type { KernelRunner, KernelTask } from './kernelTasks.ts';

/** Entries a task: small enough that threads end together, and always cut alike, so that sums do not depend on the threads. */
const ENTRIES_A_TASK = 1 << 18;

export interface RangeToMeasure {
  readonly range: EntryRange;
  readonly l1: number;
}

export interface RangeToUpdate {
  readonly range: EntryRange;
  readonly constants: StepConstants;
}

/** `measureGradient` over all ranges, by kernels where a range lies in their memory. */
export function measureRanges(ranges: readonly RangeToMeasure[], run: KernelRunner): GradientMeasure {
  const tasks: KernelTask[] = [];
  const total = { squares: 0, distance: 0 };
  for (const { range, l1 } of ranges) {
    const done = split(range, l1, (memory, part) => tasks.push(measureTask(memory, part, l1)));
    if (done < range.count) measureGradient(from(range, done), l1, total);
  }
  for (const { squares, distance } of run(tasks)) {
    total.squares += squares;
    total.distance += distance;
  }
  return total;
}

/** `updateRange` over all ranges, by kernels where a range lies in their memory. `meanwhile`: as a KernelRunner takes it. */
export function updateRanges(
  ranges: readonly RangeToUpdate[],
  run: KernelRunner,
  meanwhile?: () => void,
): void {
  const tasks: KernelTask[] = [];
  for (const { range, constants } of ranges) {
    const done = split(range, constants.l1, (memory, part) =>
      tasks.push(updateTask(memory, part, constants)),
    );
    if (done < range.count) updateRange(from(range, done), constants);
  }
  run(tasks, meanwhile);
}

/** Gives the parts that kernels can do, and how many entries they cover: all but up to three. */
function split(
  range: EntryRange,
  l1: number,
  each: (memory: KernelMemory, part: EntryRange) => void,
): number {
  const memory = kernelMemoryOf(range.gradients);
  if (memory === undefined || !inOneBuffer(range, l1)) return 0;
  const count = range.count - (range.count % 4);
  for (let done = 0; done < count; done += ENTRIES_A_TASK) {
    each(memory, { ...from(range, done), count: Math.min(ENTRIES_A_TASK, count - done) });
  }
  return count;
}

function measureTask(memory: KernelMemory, range: EntryRange, l1: number): KernelTask {
  const { count } = range;
  const gradients = offset(range.gradients, range.at);
  if (l1 === 0) return { memory, kernel: 'squares', numbers: [gradients, count] };
  const values = offset(range.values, range.valuesAt);
  const originals = offset(range.originals, range.originalsAt);
  return { memory, kernel: 'squaresWithL1', numbers: [values, originals, gradients, count, l1] };
}

function updateTask(memory: KernelMemory, range: EntryRange, step: StepConstants): KernelTask {
  const { count } = range;
  const { clip, l1 } = step;
  const values = offset(range.values, range.valuesAt);
  const gradients = offset(range.gradients, range.at);
  const first = offset(range.first, range.at);
  const second = offset(range.second, range.at);
  const rate = step.learningRate / step.correction1;
  const root = 1 / Math.sqrt(step.correction2);
  const keep = 1 - step.learningRate * step.weightDecay;
  if (l1 === 0) {
    const numbers = [values, gradients, first, second, count, clip, rate, root, keep];
    return { memory, kernel: 'update', numbers };
  }
  const originals = offset(range.originals, range.originalsAt);
  const numbers = [values, originals, gradients, first, second, count, l1, clip, rate, root, keep];
  return { memory, kernel: 'updateWithL1', numbers };
}

function inOneBuffer({ values, originals, gradients, first, second }: EntryRange, l1: number): boolean {
  const { buffer } = gradients;
  const same = values.buffer === buffer && first.buffer === buffer && second.buffer === buffer;
  return same && (l1 === 0 || originals.buffer === buffer);
}

function offset(array: Float32Array, at: number): number {
  return array.byteOffset + 4 * at;
}

/** The range without its first entries. */
function from(range: EntryRange, done: number): EntryRange {
  if (done === 0) return range;
  return {
    ...range,
    valuesAt: range.valuesAt + done,
    originalsAt: range.originalsAt + done,
    at: range.at + done,
    count: range.count - done,
  };
}
