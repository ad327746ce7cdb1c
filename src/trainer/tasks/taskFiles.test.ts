import { expect, test } from 'vitest';
import { epochLengths } from './taskFiles.ts';

const sources = [
  { lengths: [5, 6, 7], repeat: 1 },
  { lengths: [20, 30], repeat: 3 },
];

test('an epoch has the lengths of each source as often as it repeats', () => {
  const { lengths, count } = epochLengths(sources);
  expect(count).toBe(9);
  expect(lengths).toEqual([5, 6, 7, 20, 20, 20, 30, 30, 30]);
  expect(epochLengths([{ lengths: [], repeat: 2 }])).toEqual({ lengths: [], count: 0 });
});

test('of more lengths than are needed there are some, in the same proportion', () => {
  const large = [
    { lengths: Array.from({ length: 1000 }, () => 5), repeat: 1 },
    { lengths: Array.from({ length: 10 }, () => 20), repeat: 300 },
  ];
  const { lengths, count } = epochLengths(large, 400);
  expect(count).toBe(4000);
  expect(lengths).toHaveLength(400);
  expect(lengths.filter((length) => length === 20)).toHaveLength(300);
  // What does not repeat is taken as it is.
  expect(epochLengths(large.slice(0, 1), 400).lengths).toHaveLength(1000);
});
