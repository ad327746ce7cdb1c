import { expect, it } from 'vitest';
import { seenParameters } from './seenParameters.ts';

it('tells of each run which parameters are as they were in the run before', () => {
  const seen = seenParameters(['frozen', 'trained'], new Set(['trained']));
  const run = (sameStep: boolean, source = false) => [...seen({ sameStep, source })];
  expect(run(false)).toEqual([]);
  expect(run(true)).toEqual(['frozen', 'trained']);
  // The optimiser has been at work.
  expect(run(false)).toEqual(['frozen']);
  // A source's values are added for one run, and taken away after it.
  expect(run(true, true)).toEqual([]);
  expect(run(true)).toEqual([]);
  expect(run(true)).toEqual(['frozen', 'trained']);
});
