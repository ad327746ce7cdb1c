import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { temporaryFolder } from '../../../test/support/files.ts';
import { serveRun } from '../../control/server.ts';
import { removeLiveEntry, writeLiveEntry } from '../../home/liveEntries.ts';
import { newRunView } from '../../protocol/runView.ts';
import { thisProcess } from '../../runs/processIdentity.ts';
import { followLiveRuns } from './liveRuns.ts';

function nothing(): void {
  // what steers a run is not asked for here
}

const state = () =>
  ({ status: 'running', position: null, memory: 1, node: 'some Node', pid: process.pid }) as const;

/** A folder of entries with a run that answers, and one that takes connections and says nothing. */
async function twoRuns(): Promise<{
  readonly live: string;
  readonly folders: { readonly good: string; readonly mute: string };
}> {
  const top = temporaryFolder();
  const live = join(top, 'live');
  const steering = { pause: nothing, resume: nothing, stop: nothing, selectNow: nothing, choose: nothing };
  const good = await serveRun({ view: newRunView, state, ...steering }, { batch: 1 });
  const mute = createServer();
  const address = join(top, 'mute.sock');
  await new Promise<void>((resolve) => mute.listen(address, resolve));
  onTestFinished(async () => {
    await good.close();
    mute.close();
  });
  const common = { ...(await thisProcess()), version: 1, status: 'running', since: 0 } as const;
  const folders = { good: join(top, 'good-1'), mute: join(top, 'mute-1') };
  await writeLiveEntry(live, {
    ...common,
    folder: folders.good,
    name: 'good',
    address: good.address(),
    token: good.token,
  });
  await writeLiveEntry(live, { ...common, folder: folders.mute, name: 'mute', address, token: 'x' });
  return { live, folders };
}

it('a run that says nothing keeps nobody waiting: the others are known, and it is listed', async () => {
  const { live, folders } = await twoRuns();
  const ended: string[] = [];
  const runs = followLiveRuns(live, {
    changed: nothing,
    ended: ({ name }) => void ended.push(name),
    log: nothing,
    spelling: (folder) => folder,
  });
  onTestFinished(() => runs.dispose());
  await runs.look();
  expect(runs.of(folders.mute)).toMatchObject({ entry: { name: 'mute' }, progress: null });
  await vi.waitFor(() => expect(runs.of(folders.good)?.progress).not.toBeNull());
  // Its end is noticed although it is still asked.
  await removeLiveEntry(live, folders.mute);
  await runs.look();
  expect(runs.all().map(({ entry }) => entry.name)).toEqual(['good']);
  expect(ended).toEqual(['mute']);
});
