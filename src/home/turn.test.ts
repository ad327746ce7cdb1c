import { join } from 'node:path';
import * as fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/files.ts';
import { thisProcess } from '../runs/processIdentity.ts';
import { type HomePaths, homePaths } from './home.ts';
import { type LiveEntry, removeLiveEntry, type SharedTurn, writeLiveEntry } from './liveEntries.ts';
import { admits, inTurn, takeTurn, type Turn } from './turn.ts';

const shared = (beside: number, memory = 0) => ({ shared: { beside, memory } });

describe('who may compute beside others', () => {
  it.each([
    ['anybody on a free machine', [], undefined, true],
    ['nobody beside one who wants it alone', [{}], { beside: 9, memory: 0 }, false],
    ['one who wants it alone beside nobody', [shared(9)], undefined, false],
    ['as many as all allow', [shared(2)], { beside: 3, memory: 0 }, true],
    ['no more than the least allows', [shared(2), shared(3)], { beside: 3, memory: 0 }, false],
    ['as many as there is memory for', [shared(4, 60)], { beside: 4, memory: 40 }, true],
    ['no more than there is memory for', [shared(4, 60)], { beside: 4, memory: 41 }, false],
    ['a run however large, alone', [], { beside: 4, memory: 1000 }, true],
  ])('%s', (_, computing, own, may) => expect(admits(computing, own, 100)).toBe(may));

  it('those that wait come by priority, then in their order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -2, max: 2 })), (priorities) => {
        const sorted = inTurn(priorities.map((priority, place) => ({ priority, place })));
        for (let i = 1; i < sorted.length; i++) {
          const [a, b] = [sorted[i - 1], sorted[i]];
          expect(a.priority > b.priority || (a.priority === b.priority && a.place < b.place)).toBe(true);
        }
      }),
    );
  });
});

describe('the turn', () => {
  let home: HomePaths;
  let folder: string;

  beforeEach(() => {
    folder = temporaryFolder();
    home = homePaths({ SFT_HOME: join(folder, 'home') });
  });

  const entryOf = async (name: string, more: Partial<LiveEntry>): Promise<LiveEntry> => ({
    ...(await thisProcess()),
    version: 1,
    folder: join(folder, name),
    name,
    address: '',
    token: '',
    status: 'queued',
    since: 1,
    ...more,
  });

  /** Waits in the queue until it has the turn or gives up; then its entry says so. */
  async function take(
    name: string,
    own?: SharedTurn,
    more: Partial<LiveEntry> = {},
  ): Promise<Turn | undefined> {
    const fields = { ...(own === undefined ? {} : { shared: own }), ...more };
    await writeLiveEntry(home.live, await entryOf(name, fields));
    const stop = new AbortController();
    const turn = await takeTurn(home, join(folder, name), {
      shared: own,
      memory: 100,
      signal: stop.signal,
      onPosition: () => stop.abort(),
    });
    if (turn === undefined) await removeLiveEntry(home.live, join(folder, name));
    else await writeLiveEntry(home.live, await entryOf(name, { ...fields, status: 'running' }));
    return turn;
  }

  async function give(name: string, turn: Turn | undefined): Promise<void> {
    await turn?.release();
    await removeLiveEntry(home.live, join(folder, name));
  }

  it("is one run's, or that of several that share it, never of both", async () => {
    const alone = await take('alone');
    expect(alone).toBeDefined();
    expect(await take('a', { beside: 2, memory: 10 })).toBeUndefined();
    await give('alone', alone);
    const a = await take('a', { beside: 2, memory: 10 });
    const b = await take('b', { beside: 2, memory: 10 });
    expect([a, b]).not.toContain(undefined);
    expect(await take('c', { beside: 2, memory: 10 })).toBeUndefined();
    expect(await take('alone')).toBeUndefined();
    await give('a', a);
    expect(await take('alone')).toBeUndefined();
    await give('b', b);
    const again = await take('alone');
    expect(again).toBeDefined();
    await give('alone', again);
  });

  it('is never had by more than agreed, whatever the entries say', async () => {
    const a = await take('a', { beside: 1, memory: 0 });
    await removeLiveEntry(home.live, join(folder, 'a'));
    expect(a).toBeDefined();
    expect(await take('b', { beside: 1, memory: 0 })).toBeUndefined();
    expect(await take('alone')).toBeUndefined();
    await a?.release();
  });

  it('goes by priority', async () => {
    await writeLiveEntry(home.live, await entryOf('high', { priority: 1, since: 2 }));
    expect(await take('low')).toBeUndefined();
    expect(await take('higher', undefined, { priority: 2, since: 3 })).toBeDefined();
  });
});
