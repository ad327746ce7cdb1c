import { expect, test } from 'vitest';
import { epochLengths, firstLengths } from './taskFiles.ts';

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

test('of a sample there are so many examples, and of questions all windows of so many', () => {
  const files = [
    { lengths: [9, 9, 8, 7], questions: [0, 0, 0, 1] },
    { lengths: [6, 5, 5], questions: [0, 1, 1] },
  ];
  expect(firstLengths(files, 1)).toEqual([9, 9, 8]);
  expect(firstLengths(files, 3)).toEqual([9, 9, 8, 7, 6]);
  expect(firstLengths(files, Infinity)).toEqual([9, 9, 8, 7, 6, 5, 5]);
  expect(firstLengths([{ lengths: [3, 4] }, { lengths: [5, 6] }], 3)).toEqual([3, 4, 5]);
});
