import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { temporaryFolder } from '../../test/support/files.ts';
import { inventedRecord } from '../../test/support/inventedRecord.ts';
import { connectRun } from '../control/client.ts';
import { homePaths, type HomePaths } from '../home/home.ts';
import { liveEntries, liveEntryOf, liveFile, type LiveEntry } from '../home/liveEntries.ts';
import { goLive, type LiveRun } from './liveRun.ts';

let home: HomePaths;
let folder: string;

beforeEach(() => {
  const place = temporaryFolder();
  folder = join(place, 'run-1');
  vi.stubEnv('SFT_HOME', join(place, 'home'));
  home = homePaths();
});

afterEach(() => {
  vi.unstubAllEnvs();
});

async function live(lookMilliseconds = 5): Promise<LiveRun> {
  const run = await goLive({ folder }, 'run', { lookMilliseconds });
  onTestFinished(async () => {
    await run.leave();
    await run.hangUp();
  });
  return run;
}

async function entry(): Promise<LiveEntry> {
  return vi.waitFor(async () => {
    const found = await liveEntryOf(home.live, folder);
    if (found === undefined) throw new Error('There is no entry.');
    return found;
  });
}

describe('a live run', () => {
  it('can be found by a file that only the user can read, until it leaves', async () => {
    const run = await live();
    const { pid, status, name, address } = await entry();
    expect({ pid, status, name }).toEqual({ pid: process.pid, status: 'queued', name: 'run' });
    if (process.platform !== 'win32') {
      for (const [path, mode] of [
        [liveFile(home.live, folder), 0o600],
        [home.live, 0o700],
        [dirname(address), 0o700],
      ] as const)
        expect([path, statSync(path).mode & 0o777]).toEqual([path, mode]);
    }
    const client = await connectRun(await entry());
    await run.leave();
    expect(await liveEntries(home.live)).toEqual([]);
    // Whoever watches learns last of all.
    expect((await client.state()).status).toBe('queued');
    await run.hangUp();
    await client.closed;
  });

  it.skipIf(process.platform === 'win32')('comes back when its socket is taken away', async () => {
    await live();
    const before = await entry();
    rmSync(before.address);
    await vi.waitFor(async () => {
      const now = await entry();
      expect(now.address).not.toBe(before.address);
      (await connectRun(now)).close();
    });
  });

  it('comes back when its entry is taken away, with all that lies beside it', async () => {
    await live();
    const before = await entry();
    rmSync(home.home, { recursive: true });
    expect(await entry()).toEqual(before);
    (await connectRun(before)).close();
  });

  it('leaves no entry behind, whatever is asked while it goes', async () => {
    const run = await live();
    run.steering.pause();
    run.steering.resume();
    const leaving = run.leave();
    run.steering.stop();
    await leaving;
    await run.hangUp();
    expect(existsSync(liveFile(home.live, folder))).toBe(false);
  });

  it('tells its past to who comes, and what happens then', async () => {
    const run = await live();
    const events = [...inventedRecord({ steps: [5, 5], seed: 1, every: 2 })];
    for (const event of events.slice(0, 10)) run.remember(event);
    const client = await connectRun(await entry());
    const { view, live: state } = await client.watch(() => undefined);
    expect(view.events).toBe(10);
    expect(state).toMatchObject({ status: 'queued', pid: process.pid });
    for (const event of events.slice(10)) run.tell(event);
    expect((await client.progress()).done).toBe(10);
  });

  it('has its turn when there is nobody else, and says so', async () => {
    const run = await live();
    expect(await run.steering.start()).toBe(true);
    expect((await entry()).status).toBe('running');
    run.steering.stop();
    await vi.waitFor(async () => expect((await entry()).status).toBe('stopping'));
  });

  it('ends its waiting when it is stopped in the queue', async () => {
    const run = await live();
    const ahead = { ...(await entry()), folder: join(folder, 'ahead'), status: 'running' };
    writeFileSync(liveFile(home.live, ahead.folder), JSON.stringify(ahead));
    const starting = run.steering.start();
    run.steering.stop();
    expect(await starting).toBe(false);
  });

  it('removes what killed processes left, and nothing else', async () => {
    await live();
    const mine = await entry();
    const socket = join(temporaryFolder(), 'left.sock');
    writeFileSync(socket, '');
    const dead = { ...mine, folder: join(folder, 'dead'), started: 'another time', address: socket };
    const elsewhere = { ...dead, folder: join(folder, 'elsewhere'), host: 'elsewhere.example' };
    for (const one of [dead, elsewhere]) writeFileSync(liveFile(home.live, one.folder), JSON.stringify(one));
    writeFileSync(
      join(home.live, 'half.json'),
      readFileSync(liveFile(home.live, folder), 'utf8').slice(0, 50),
    );
    expect(await liveEntries(home.live)).toEqual([mine]);
    const other = await goLive({ folder: join(folder, 'other') }, 'other');
    expect(existsSync(liveFile(home.live, dead.folder))).toBe(false);
    expect(existsSync(socket)).toBe(false);
    expect(existsSync(liveFile(home.live, elsewhere.folder))).toBe(true);
    await other.leave();
    await other.hangUp();
  });
});
