import { hash32, uniform } from '../../src/core/random.ts';

/** A sequence of numbers in [0, 1): each call gives the next one. Two sequences from the same key are the same. */
export type Draws = () => number;

/** The sequence of a key: a seed and up to three coordinates (integers), the same on every machine. */
export function drawsOf(seed: number, a = 0, b = 0, c = 0): Draws {
  const key = hash32(seed, a, b, c);
  let count = 0;
  return () => uniform(key, count++);
}

/** True with the given probability. */
export function chance(draws: Draws, probability: number): boolean {
  return draws() < probability;
}

/** An integer of low..high, both included. */
export function between(draws: Draws, low: number, high: number): number {
  return low + Math.floor(draws() * (high - low + 1));
}

/** One item, each equally likely. */
export function pick<T>(draws: Draws, items: readonly T[]): T {
  return items[Math.floor(draws() * items.length)];
}

/** `count` different items in an order drawn at random (Fisher-Yates). */
export function sample<T>(draws: Draws, items: readonly T[], count: number): T[] {
  const rest = [...items];
  for (let i = 0; i < count; i++) {
    const j = between(draws, i, rest.length - 1);
    [rest[i], rest[j]] = [rest[j], rest[i]];
  }
  return rest.slice(0, count);
}

/** The index of one weight, drawn in proportion to the weights (which need not sum to 1). */
export function weighted(draws: Draws, weights: readonly number[]): number {
  let total = 0;
  for (const weight of weights) total += weight;
  let left = draws() * total;
  for (let i = 0; i < weights.length - 1; i++) {
    left -= weights[i];
    if (left < 0) return i;
  }
  return weights.length - 1;
}
