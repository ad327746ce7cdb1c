import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { proportionally } from './maskGroups.ts';

it('gives places in proportion: all of them, never fewer as more are given, and in the end to each its own', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(40), { minLength: 1, maxLength: 6 }), (own) => {
      const of = own.reduce((sum, count) => sum + count, 0);
      let before = own.map(() => 0);
      for (let taken = 0; taken <= of; taken++) {
        const now = proportionally(own, taken);
        expect(now.reduce((sum, count) => sum + count, 0)).toBe(taken);
        now.forEach((count, i) => expect(count).toBeGreaterThanOrEqual(before[i]));
        before = now;
      }
      expect(before).toEqual(own);
    }),
  );
});

it('counts more places than a product of doubles could', () => {
  const own = [123_456_789_012, 987_654_321_098, 1];
  expect(proportionally(own, own[0] + own[1] + 1)).toEqual(own);
});
