/** What an optimiser step needs beside the arrays; the same for every entry of the model. */
export interface StepConstants {
  /** Learning rate of this step. */
  readonly learningRate: number;
  /** 1 - beta^t for the two moments, t counting the phase's steps from 1. */
  readonly correction1: number;
  readonly correction2: number;
  /** Factor that clips the gradient (1: none). */
  readonly clip: number;
  /** L1: lambda / N; added to the gradient with the sign of p - p0, before clipping. */
  readonly l1: number;
  /** Decoupled weight decay, towards 0. */
  readonly weightDecay: number;
}

/**
 * A run of entries that train together. Offsets let a row of a table be updated in place; `moments` count on their own.
 * All arrays are f32.
 */
export interface EntryRange {
  readonly values: Float32Array;
  readonly valuesAt: number;
  readonly originals: Float32Array;
  readonly originalsAt: number;
  readonly gradients: Float32Array;
  readonly first: Float32Array;
  readonly second: Float32Array;
  /** Offset in gradients and moments. */
  readonly at: number;
  readonly count: number;
}

export const BETA1 = 0.9;
export const BETA2 = 0.999;
export const EPSILON = 1e-8;

/** Sum of squares of gradient + L1 sub-gradient, and sum of |p - p0|; both in double. */
export interface GradientMeasure {
  squares: number;
  distance: number;
}

/** Adds a range's part to `measure`: the first of the two passes over the gradients. */
export function measureGradient(range: EntryRange, l1: number, measure: GradientMeasure): void {
  const { values, valuesAt, originals, originalsAt, gradients, at, count } = range;
  let squares = 0;
  let distance = 0;
  if (l1 === 0) {
    for (let i = 0; i < count; i++) {
      const g = gradients[at + i];
      squares += g * g;
    }
  } else {
    for (let i = 0; i < count; i++) {
      const moved = values[valuesAt + i] - originals[originalsAt + i];
      const g = gradients[at + i] + (moved > 0 ? l1 : moved < 0 ? -l1 : 0);
      squares += g * g;
      distance += Math.abs(moved);
    }
  }
  measure.squares += squares;
  measure.distance += distance;
}

/** L1, clipping, moments and update of a range (torch's AdamW): the second pass. */
export function updateRange(range: EntryRange, step: StepConstants): void {
  const { values, valuesAt, originals, originalsAt, gradients, first, second, at, count } = range;
  const { clip, l1 } = step;
  const rate = step.learningRate / step.correction1;
  const root = 1 / Math.sqrt(step.correction2);
  const keep = 1 - step.learningRate * step.weightDecay;
  for (let i = 0; i < count; i++) {
    const p = values[valuesAt + i];
    let g = gradients[at + i];
    if (l1 !== 0) {
      const moved = p - originals[originalsAt + i];
      g += moved > 0 ? l1 : moved < 0 ? -l1 : 0;
    }
    g *= clip;
    const m = first[at + i] + (g - first[at + i]) * (1 - BETA1);
    const v = second[at + i] * BETA2 + g * g * (1 - BETA2);
    first[at + i] = m;
    second[at + i] = v;
    values[valuesAt + i] = p * keep - (rate * m) / (Math.sqrt(v) * root + EPSILON);
  }
}

/** Factor by which torch's clip_grad_norm_ scales gradients of this norm; `limit` 0 means no clipping. */
export function clipFactor(norm: number, limit: number): number {
  return limit > 0 ? Math.min(1, limit / (norm + 1e-6)) : 1;
}

/** Linear warm-up from 0, then linear decay to 0. `step` counts from 0. */
export function linearSchedule(step: number, warmup: number, total: number): number {
  if (step < warmup) return step / Math.max(1, warmup);
  return Math.max(0, (total - step) / Math.max(1, total - warmup));
}
