import { expect, it } from 'vitest';
import type { SweepEstimate } from '../protocol/sweep.ts';
import { dryRunText, timeText } from './sweepText.ts';

const estimate: SweepEstimate = {
  runs: 98,
  seconds: 24_696,
  each: 504,
  disk: 3e9,
  memory: 2e9,
  jobs: 2,
  threads: 4,
};

it('the time of a sweep is that until its end, and of a cluster that of each job and of all', () => {
  expect(timeText(estimate, 'here')).toBe('about 6 h 52 min');
  expect(timeText({ ...estimate, jobs: 98 }, 'cluster')).toBe(
    '98 jobs of about 8 min 24 s each (14 node hours)',
  );
  expect(timeText({ ...estimate, runs: 3 }, 'cluster')).toBe(
    '3 jobs of about 8 min 24 s each (0.4 node hours, 2 at a time)',
  );
});

it('a dry run says where the time is spent', () => {
  expect(dryRunText([], estimate)).toContain(
    'for the 98 that are not done (2 runs at a time, 4 threads each)',
  );
  const cluster = dryRunText([], estimate, 'cluster');
  expect(cluster).toContain(
    '(14 node hours, 2 at a time) for what is not done, on nodes as fast as this machine',
  );
  expect(cluster).not.toContain('threads each');
});
