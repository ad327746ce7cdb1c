import { hash32 } from './random.ts';

const ROUNDS = 4;

/**
 * An order of 0..size-1 that depends on `seed` alone, without a table: the number at each place is computed. A Feistel
 * network permutes the numbers below the next power of 4, and is applied again where it leads out of the range
 * (cycle walking), about twice on average.
 * @param size below 2^50
 */
export function permutation(size: number, seed: number): (place: number) => number {
  const half = Math.max(1, Math.ceil(Math.log2(Math.max(size, 2)) / 2));
  const base = 2 ** half;
  const once = (number: number): number => {
    let left = Math.floor(number / base);
    let right = number % base;
    for (let round = 0; round < ROUNDS; round++) {
      const next = left ^ (hash32(seed, round, right) & (base - 1));
      left = right;
      right = next;
    }
    return left * base + right;
  };
  return (place) => {
    let number = once(place);
    while (number >= size) number = once(number);
    return number;
  };
}
