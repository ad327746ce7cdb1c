import { normal } from '../random.ts';

/** Probability that a standard normal number is below x, to within 1e-15 or so relatively on the near side (Marsaglia's series). */
export function normalCdf(x: number): number {
  if (x < -8) return 0;
  if (x > 8) return 1;
  let sum = x;
  let term = x;
  for (let k = 3; ; k += 2) {
    term *= (x * x) / k;
    if (sum + term === sum) break;
    sum += term;
  }
  return 0.5 + sum * Math.exp(-0.5 * x * x - 0.918_938_533_204_672_8);
}

/** The number below which a standard normal number lies with this probability (bisection, then Newton's steps). */
export function normalQuantile(probability: number): number {
  if (!(probability > 0)) return Number.NEGATIVE_INFINITY;
  if (!(probability < 1)) return Number.POSITIVE_INFINITY;
  let low = -8;
  let high = 8;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** A number of Student's t distribution at the given coordinates. */
export function studentT(freedom: number, seed: number, draw: number): number {
  let squares = 0;
  for (let i = 1; i <= freedom; i++) squares += normal(seed, draw, i) ** 2;
  return normal(seed, draw) / Math.sqrt(squares / freedom);
}
