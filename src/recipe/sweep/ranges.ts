import { uniform } from '../../core/random.ts';
import type { SweepRange } from './schema.ts';

/** The values of a range, ends included; six digits, so that they can be read. */
export function rangeValues(range: SweepRange, steps: number): number[] {
  return Array.from({ length: steps }, (_, i) => valueAt(range, i / (steps - 1)));
}

/** A value from a range at random. */
export function drawFrom(range: SweepRange, seed: number, draw: number, dimension: number): number {
  const share = uniform(seed, draw, dimension);
  return range.steps === undefined
    ? valueAt(range, share)
    : valueAt(range, Math.floor(share * range.steps) / (range.steps - 1));
}

function valueAt({ from, to, scale, whole }: SweepRange, share: number): number {
  const value = scale === 'log' ? from * (to / from) ** share : from + (to - from) * share;
  return whole === true ? Math.round(value) : Number(value.toPrecision(6));
}
