import { expect, it } from 'vitest';
import { sizesFor } from './whatIf.ts';

it('offers sizes of equal ratios up to all that has moved, and the own one', () => {
  const sizes = sizesFor(1_000_000, 400_000, 80_000);
  expect(sizes[0]).toBe(1000);
  expect(sizes.at(-1)).toBe(400_000);
  expect(sizes).toContain(80_000);
  expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
  expect(new Set(sizes).size).toBe(sizes.length);
});

it('offers what there is where little has moved', () => {
  expect(sizesFor(1000, 3, 2)).toEqual([1, 2, 3]);
  expect(sizesFor(10, 0, 4)).toEqual([1, 4]);
});
