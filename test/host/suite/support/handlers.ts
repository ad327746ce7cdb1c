import assert from 'node:assert/strict';
import { Session } from 'node:inspector/promises';
import { longestStretch, samplingInterval, type Profile, type Stretch } from '../../../support/profile.ts';

/** The most that a handler of ours may take, in milliseconds of processor time. */
const most = 50;

/** Runs something, and sees that no handler of ours keeps the host busy for 50 ms meanwhile. */
export async function keepsFree(run: () => Promise<void>): Promise<void> {
  const { milliseconds, name } = await ourLongestHandler(run);
  assert.ok(milliseconds < most, `${name} took ${milliseconds} ms`);
}

/**
 * Runs something while the extension host is sampled once a millisecond, and says how long code of ours kept it busy at
 * a stretch: what the tests and VS Code itself do does not count.
 */
async function ourLongestHandler(run: () => Promise<void>): Promise<Stretch> {
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: samplingInterval });
    await session.post('Profiler.start');
    await run();
    const { profile } = await session.post('Profiler.stop');
    return longestStretch(profile as Profile, (url) => url.endsWith('/dist/extension.cjs'));
  } finally {
    session.disconnect();
  }
}
