import { describe, expect, it } from 'vitest';
import { holderFor, newKeepAwake } from './keepAwake.ts';

describe('keeping the computer awake', () => {
  it('says once that it cannot where it is not known how', () => {
    const said: string[] = [];
    const awake = newKeepAwake({ say: (line) => said.push(line), platform: 'win32' });
    for (const status of ['queued', 'running', 'pausing', 'paused', 'running'] as const) awake.follow(status);
    awake.end();
    expect(said).toEqual([expect.stringContaining('win32')]);
  });

  it('says nothing before the run computes', () => {
    const said: string[] = [];
    const awake = newKeepAwake({ say: (line) => said.push(line), platform: 'aix' });
    awake.follow('queued');
    awake.follow('paused');
    awake.follow('stopping');
    expect(said).toEqual([]);
  });

  it('uses programs that end with the run', () => {
    expect(holderFor('darwin', 12)).toEqual({ program: 'caffeinate', args: ['-i', '-w', '12'] });
    expect(holderFor('linux', 12)?.args.at(-1)).toBe('cat');
  });
});
