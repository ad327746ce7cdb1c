import { Session } from 'node:inspector/promises';
import { longestStretch, type Profile, type Stretch } from '../../../support/profile.ts';

export interface OurHandlers {
  /** The longest time for which the host was busy with code of ours without a pause. */
  readonly longest: Stretch;
}

/**
 * Runs something while the extension host is sampled once a millisecond, and says how long code of ours kept it busy at
 * a stretch: what the tests and VS Code itself do does not count.
 */
export async function ourHandlers(run: () => Promise<void>): Promise<OurHandlers> {
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: 1000 });
    await session.post('Profiler.start');
    await run();
    const { profile } = await session.post('Profiler.stop');
    return { longest: longestStretch(profile as Profile, (url) => url.endsWith('/dist/extension.cjs')) };
  } finally {
    session.disconnect();
  }
}
