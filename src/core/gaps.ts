import { hash32 } from './random.ts';

/**
 * Dropout by gaps: how many units are kept between two dropped ones is geometric, so only the dropped ones cost a random
 * number. A table over 16 random bits gives the gaps; `rate` is the rate that this resolution really has.
 */
export interface GapTable {
  readonly gaps: Uint16Array;
  readonly rate: number;
}

/** Table for dropping units with probability `rate` (above 0, below 1). */
export function gapTable(rate: number): GapTable {
  const gaps = new Uint16Array(1 << 16);
  let sum = 0;
  for (let u = 0; u < gaps.length; u++) {
    gaps[u] = Math.min(65535, Math.floor(Math.log((u + 0.5) / gaps.length) / Math.log(1 - rate)));
    sum += gaps[u];
  }
  return { gaps, rate: 1 / (1 + sum / gaps.length) };
}

/** Writes 1 (keep) or 0 (drop) to bytes[start..end), from a stream of random numbers that `seed` alone decides. */
export function fillKeep(
  bytes: Uint8Array,
  start: number,
  end: number,
  { gaps }: GapTable,
  seed: number,
): void {
  bytes.fill(1, start, end);
  let state = seed;
  let at = start;
  for (;;) {
    state = (state + 0x9e3779b9) | 0;
    let bits = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
    bits ^= bits >>> 16;
    at += gaps[bits & 0xffff];
    if (at >= end) return;
    bytes[at++] = 0;
    at += gaps[bits >>> 16];
    if (at >= end) return;
    bytes[at++] = 0;
  }
}

/** Seed of the stream of one (step, site, example, position) of a run. */
export function keepSeed(step: number, site: number, example: number, position: number): number {
  return hash32(step, site, example, position);
}
