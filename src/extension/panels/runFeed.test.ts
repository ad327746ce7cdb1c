import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { temporaryFolder } from '../../../test/support/files.ts';
import { connectRun } from '../../control/client.ts';
import { serveRun, type ControlServer } from '../../control/server.ts';
import { removeLiveEntry, writeLiveEntry } from '../../home/liveEntries.ts';
import type { LiveState } from '../../protocol/liveRun.ts';
import type { RunEnd } from '../../protocol/runEnd.ts';
import type { RunHeading, ToRunPanel } from '../../protocol/runPanel.ts';
import { newRunView } from '../../protocol/runView.ts';
import { thisProcess } from '../../runs/processIdentity.ts';
import type { Session } from '../programs/session.ts';
import { english } from '../translate.ts';
import { newRunFeed, type OpenedRun, type RunFeed } from './runFeed.ts';

const state: LiveState = { status: 'running', position: null, memory: 1, node: 'some Node', pid: 1 };
const ended = { outcome: 'done', cause: null, resumable: false } as const;

function nothing(): void {
  // what steers a run is not asked for here
}

interface Fed {
  readonly folder: string;
  readonly feed: RunFeed;
  readonly sent: ToRunPanel[];
  readonly server: ControlServer;
  /** Takes the run out of sight, as it does at its end. */
  readonly hangUp: () => Promise<void>;
  /** Lets the session say what stands at the head. */
  readonly giveHeading: () => void;
  /** How often the session was asked for this. */
  readonly asked: (what: string) => number;
  readonly askedForHeading: () => boolean;
  /** What the session says of the run's folder. */
  readonly answers: { end: RunEnd | null };
}

/** A feed of a run that this process serves, with a session that answers when it is told to. */
async function fed(ahead?: Promise<OpenedRun | undefined>): Promise<Fed> {
  const folder = join(temporaryFolder(), 'runs/a-1');
  mkdirSync(folder, { recursive: true });
  const live = join(temporaryFolder(), 'live');
  const steering = { pause: nothing, resume: nothing, stop: nothing, selectNow: nothing, choose: nothing };
  let k: number | null = null;
  const server = await serveRun(
    { view: newRunView, state: () => ({ ...state, k }), ...steering, choose: (wanted) => (k = wanted) },
    { batch: 1 },
  );
  const { token } = server;
  await writeLiveEntry(live, {
    ...(await thisProcess()),
    version: 1,
    folder,
    name: 'a',
    address: server.address(),
    token,
    status: 'running',
    since: 0,
  });
  const heading: RunHeading = {
    name: 'a',
    folder,
    kind: 'task',
    task: 'tagging',
    base: 'base',
    metric: null,
    size: null,
  };
  const answers: { end: RunEnd | null } = { end: ended };
  let giveHeading = nothing;
  const wanted = new Promise<RunHeading>((resolve) => {
    giveHeading = () => resolve(heading);
  });
  const ask = vi.fn((method: string) =>
    method === 'runHeading' ? wanted : Promise.resolve({ heading, view: newRunView(), ...answers }),
  );
  const session: Session = { ask: ask as unknown as Session['ask'], dispose: nothing };
  const sent: ToRunPanel[] = [];
  const send = (message: ToRunPanel) => void sent.push(message);
  const feed = newRunFeed({ folder, live, session, ahead, send, t: english, looks: 20 });
  onTestFinished(async () => {
    feed.close();
    await server.close();
  });
  return {
    folder,
    feed,
    sent,
    server,
    async hangUp() {
      await removeLiveEntry(live, folder);
      await server.close();
    },
    giveHeading,
    answers,
    asked: (what: string) => ask.mock.calls.filter(([method]) => method === what).length,
    askedForHeading: () => ask.mock.calls.some(([method]) => method === 'runHeading'),
  };
}

it('a panel that is asked to look again while it is shown gets its run once, and no error', async () => {
  const { feed, sent, giveHeading, askedForHeading } = await fed();
  const shown = [feed.begin(), feed.look(), feed.look()];
  await vi.waitFor(() => expect(askedForHeading()).toBe(true));
  giveHeading();
  await Promise.all(shown);
  expect(sent).toMatchObject([{ type: 'view', presence: { kind: 'live' } }]);
});

it('a run that ends while it is asked is shown as it ended', async () => {
  const { feed, sent, hangUp, giveHeading, askedForHeading } = await fed();
  const shown = feed.begin();
  await vi.waitFor(() => expect(askedForHeading()).toBe(true));
  await hangUp();
  giveHeading();
  await shown;
  expect(sent).toMatchObject([{ type: 'view', presence: { kind: 'ended', end: ended } }]);
});

const early: OpenedRun = {
  heading: { name: 'early', folder: '', kind: 'task', task: '', base: 'base', metric: null, size: null },
  view: newRunView(),
  end: ended,
};

it('what was read ahead of a run that has ended is shown, and not read again', async () => {
  const { feed, sent, hangUp, asked } = await fed(Promise.resolve(early));
  await hangUp();
  await feed.begin();
  expect(sent).toMatchObject([{ type: 'view', heading: { name: 'early' } }]);
  expect(asked('openRun')).toBe(0);
});

it('what was read ahead is not shown once the run has lived', async () => {
  const { feed, sent, hangUp, giveHeading, asked } = await fed(Promise.resolve(early));
  giveHeading();
  await feed.begin();
  await hangUp();
  await vi.waitFor(() => expect(sent).toHaveLength(2));
  expect(sent[1]).toMatchObject({ type: 'view', heading: { name: 'a' }, presence: { kind: 'ended' } });
  expect(asked('openRun')).toBe(1);
});

it('says that the folder of a run that has ended is gone, whoever deleted it', async () => {
  const { folder, feed, sent, hangUp, giveHeading } = await fed();
  giveHeading();
  await hangUp();
  await feed.begin();
  expect(sent).toMatchObject([{ type: 'view', presence: { kind: 'ended' } }]);
  rmSync(folder, { recursive: true });
  await vi.waitFor(() => expect(sent).toHaveLength(2));
  expect(sent[1]).toMatchObject({ type: 'presence', presence: { kind: 'gone' } });
  // Undo brings it back.
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'events.jsonl'), '');
  await vi.waitFor(() => expect(sent).toHaveLength(3));
  expect(sent[2]).toMatchObject({ type: 'view', presence: { kind: 'ended' } });
});

it('does not call a run interrupted that works where it cannot be asked', async () => {
  const { feed, sent, hangUp, giveHeading, answers } = await fed();
  giveHeading();
  answers.end = null;
  await hangUp();
  await feed.begin();
  expect(sent).toMatchObject([{ type: 'view', presence: { kind: 'elsewhere' } }]);
});

it('another K of the run is told at once', async () => {
  const { feed, sent, server, giveHeading } = await fed();
  giveHeading();
  await feed.begin();
  const client = await connectRun({ address: server.address(), token: server.token });
  onTestFinished(client.close);
  await client.choose(250);
  await vi.waitFor(() => expect(sent).toHaveLength(2));
  expect(sent).toMatchObject([
    { type: 'view', presence: { live: { k: null } } },
    { type: 'presence', presence: { live: { k: 250 } } },
  ]);
});
