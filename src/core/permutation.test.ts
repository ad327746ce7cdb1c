import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { permutation } from './permutation.ts';

const orderOf = (size: number, seed: number): number[] =>
  Array.from({ length: size }, (_, i) => permutation(size, seed)(i));

it('a permutation has every number once', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3000 }), fc.nat(), (size, seed) => {
      expect(orderOf(size, seed).sort((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, i) => i));
    }),
  );
});

it('a permutation of very many numbers stays in their range, and no two places agree', () => {
  const size = 2 ** 45 + 12_345;
  const numbers = Array.from({ length: 10_000 }, (_, i) => permutation(size, 3)(i * 1_000_003));
  expect(new Set(numbers).size).toBe(numbers.length);
  expect(numbers.every((number) => Number.isInteger(number) && number >= 0 && number < size)).toBe(true);
  const upper = numbers.filter((number) => number >= size / 2).length;
  expect(upper).toBeGreaterThan(4700);
  expect(upper).toBeLessThan(5300);
});

it('a permutation is another one for another seed, and mixes neighbours', () => {
  const order = orderOf(1000, 1);
  const same = orderOf(1000, 2).filter((number, i) => number === order[i]).length;
  expect(same).toBeLessThan(10);
  const rising = order.filter((number, i) => i > 0 && number > order[i - 1]).length;
  expect(rising).toBeGreaterThan(400);
  expect(rising).toBeLessThan(600);
  expect(order.filter((number, i) => i > 0 && number === order[i - 1] + 1).length).toBeLessThan(10);
});
