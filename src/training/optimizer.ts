import type { EntryRange, GradientMeasure, StepConstants } from '../core/adamw.ts';
import type { KernelRunner } from '../core/kernelTasks.ts';
import { measureRanges, updateRanges } from '../core/passes.ts';

/** What is trained and kept of a group of entries: saved in a checkpoint, and set again when a run resumes. */
export interface EntryState {
  readonly name: string;
  /** Rows of a table, in slot order, where the group is a table's touched rows. */
  readonly rows?: readonly number[];
  readonly values: Float32Array;
  readonly first: Float32Array;
  readonly second: Float32Array;
}

/** Entries of one parameter that train in a phase. */
export interface EntryGroup {
  readonly name: string;
  /** Whether weight decay applies: never to biases and LayerNorm. */
  readonly decays: boolean;
  /** Whether the L1 term counts it. */
  readonly regularized: boolean;
  /** Every run of entries, in a fixed order. */
  ranges(): Iterable<EntryRange>;
  /** Brings this step's gradients to where `ranges` expects them. */
  before(): void;
  /** Brings updated values to where the model reads them. */
  after(): void;
  state(): EntryState;
  restore(state: EntryState): void;
}

export interface OptimizerStep extends Omit<StepConstants, 'clip' | 'l1' | 'weightDecay'> {
  readonly weightDecay: number;
}

/** Parts of an update: few, since threads wait for each other at the end of each. */
const PARTS = 8;

/** lambda / N of a group. */
function l1Of(group: EntryGroup, l1: number): number {
  return group.regularized ? l1 : 0;
}

/** First pass: norm of gradient + L1, and sum |p - p0|, over all groups. */
export function measure(groups: readonly EntryGroup[], l1: number, run: KernelRunner): GradientMeasure {
  for (const group of groups) group.before();
  const ranges = groups.flatMap((group) =>
    [...group.ranges()].map((range) => ({ range, l1: l1Of(group, l1) })),
  );
  return measureRanges(ranges, run);
}

/** Second pass: clipping, L1, AdamW. */
export function update(
  groups: readonly EntryGroup[],
  step: OptimizerStep,
  l1: number,
  clip: number,
  run: KernelRunner,
): void {
  let updated: readonly EntryGroup[] = [];
  const bringBack = () => {
    for (const group of updated) group.after();
  };
  // One thread scatters values over the model's arrays, at the speed of memory, while others compute the next part's.
  for (const part of inParts(groups)) {
    const ranges = part.flatMap((group) => {
      const weightDecay = group.decays ? step.weightDecay : 0;
      const constants = { ...step, clip, l1: l1Of(group, l1), weightDecay };
      return [...group.ranges()].map((range) => ({ range, constants }));
    });
    updateRanges(ranges, run, bringBack);
    updated = part;
  }
  bringBack();
}

/** Neighbouring groups together, in at most about PARTS parts of the same number of entries. */
function inParts(groups: readonly EntryGroup[]): EntryGroup[][] {
  const sizes = groups.map((group) => [...group.ranges()].reduce((sum, { count }) => sum + count, 0));
  const enough = sizes.reduce((sum, size) => sum + size, 0) / PARTS;
  const parts: EntryGroup[][] = [];
  let room = 0;
  for (const [i, group] of groups.entries()) {
    if (room <= 0) {
      parts.push([]);
      room = enough;
    }
    parts.at(-1)?.push(group);
    room -= sizes[i];
  }
  return parts;
}
