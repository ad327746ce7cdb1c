import {
  measureGradient,
  updateRange,
  type EntryRange,
  type GradientMeasure,
  type StepConstants,
} from './adamw.ts';
import { kernelsOf } from './slab.ts';

/** `measureGradient`, four entries at a time where the range lies in a slab. */
export function measurePass(range: EntryRange, l1: number, total: GradientMeasure): void {
  const kernels = kernelsOf(range.gradients);
  const count = kernels === undefined || !inOneBuffer(range, l1) ? 0 : range.count - (range.count % 4);
  if (kernels !== undefined && count > 0) {
    const gradients = offset(range.gradients, range.at);
    if (l1 === 0) total.squares += kernels.squares(gradients, count);
    else {
      const values = offset(range.values, range.valuesAt);
      total.squares += kernels.squaresWithL1(
        values,
        offset(range.originals, range.originalsAt),
        gradients,
        count,
        l1,
      );
      total.distance += kernels.measuredDistance();
    }
  }
  if (count < range.count) measureGradient(tail(range, count), l1, total);
}

/** `updateRange`, four entries at a time where the range lies in a slab. */
export function updatePass(range: EntryRange, step: StepConstants): void {
  const kernels = kernelsOf(range.gradients);
  const count = kernels === undefined || !inOneBuffer(range, step.l1) ? 0 : range.count - (range.count % 4);
  if (kernels !== undefined && count > 0) {
    const values = offset(range.values, range.valuesAt);
    const gradients = offset(range.gradients, range.at);
    const first = offset(range.first, range.at);
    const second = offset(range.second, range.at);
    const rate = step.learningRate / step.correction1;
    const root = 1 / Math.sqrt(step.correction2);
    const keep = 1 - step.learningRate * step.weightDecay;
    if (step.l1 === 0) kernels.update(values, gradients, first, second, count, step.clip, rate, root, keep);
    else {
      const originals = offset(range.originals, range.originalsAt);
      const { l1, clip } = step;
      kernels.updateWithL1(values, originals, gradients, first, second, count, l1, clip, rate, root, keep);
    }
  }
  if (count < range.count) updateRange(tail(range, count), step);
}

function inOneBuffer({ values, originals, gradients, first, second }: EntryRange, l1: number): boolean {
  const { buffer } = gradients;
  const same = values.buffer === buffer && first.buffer === buffer && second.buffer === buffer;
  return same && (l1 === 0 || originals.buffer === buffer);
}

function offset(array: Float32Array, at: number): number {
  return array.byteOffset + 4 * at;
}

function tail(range: EntryRange, done: number): EntryRange {
  if (done === 0) return range;
  return {
    ...range,
    valuesAt: range.valuesAt + done,
    originalsAt: range.originalsAt + done,
    at: range.at + done,
    count: range.count - done,
  };
}
