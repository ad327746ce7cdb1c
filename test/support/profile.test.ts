import { Session } from 'node:inspector/promises';
import { expect, it } from 'vitest';
import { longestStretch, samplingInterval, type Profile } from './profile.ts';

const node = (id: number, functionName: string, url: string, children: number[] = []) => ({
  id,
  callFrame: { functionName, url },
  children,
});
const ours = (url: string) => url === 'ours.js';
const nodes = [
  node(1, '(root)', '', [2, 4, 6]),
  node(2, 'dispatch', 'host.js', [3]),
  node(3, 'handler', 'ours.js', [5]),
  node(4, '(idle)', ''),
  node(5, 'readFileSync', 'node:fs'),
  node(6, 'other', 'ours.js'),
];

it('a handler counts with what it calls, and ends where none of ours is on the stack', () => {
  const samples = [2, 3, 5, 3, 4, 6, 6, 4];
  const timeDeltas = [1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000];
  expect(longestStretch({ nodes, samples, timeDeltas }, ours)).toEqual({ milliseconds: 3, name: 'handler' });
});

it('time in which the thread was held back does not count', () => {
  const profile = { nodes, samples: [3, 3], timeDeltas: [1000, 900_000] };
  expect(longestStretch(profile, ours)).toEqual({ milliseconds: 2, name: 'handler' });
});

it('where nothing of ours ran, nothing is found', () => {
  expect(longestStretch({ nodes, samples: [2, 4], timeDeltas: [1000, 1000] }, ours)).toEqual({
    milliseconds: 0,
    name: '',
  });
});

it('a busy function is found in a profile of V8', async () => {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: samplingInterval });
  await session.post('Profiler.start');
  busyForTest();
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  const { milliseconds, name } = longestStretch(profile as Profile, (url) => url.endsWith('profile.test.ts'));
  expect(milliseconds).toBeGreaterThan(20);
  expect(name).not.toBe('');
});

function busyForTest(): void {
  const end = process.cpuUsage().user + 100_000;
  while (process.cpuUsage().user < end);
}
