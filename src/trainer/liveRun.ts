import { existsSync } from 'node:fs';
import { memoryUsage, pid, versions } from 'node:process';
import { type ControlServer, serveRun } from '../control/server.ts';
import { systemCode } from '../formats/fileErrors.ts';
import { homePaths } from '../home/home.ts';
import {
  type LiveEntry,
  liveFile,
  removeDeadEntries,
  removeLiveEntry,
  writeLiveEntry,
} from '../home/liveEntries.ts';
import { nodeWords } from '../home/nodes/judge.ts';
import { takeTurn, type Turn } from '../home/turn.ts';
import type { RunEvent } from '../protocol/events.ts';
import { controlVersion, type LiveState, type LiveStatus } from '../protocol/liveRun.ts';
import { foldEvent, newRunView, type RunView } from '../protocol/runView.ts';
import { thisProcess } from '../runs/processIdentity.ts';
import type { RunPaths } from '../runs/runFolder.ts';
import { newSteering, type RunSteering } from './runSteering.ts';

/** A run as others see it: it has an entry in SFT_HOME, listens, waits for its turn, and can be steered. */
export interface LiveRun {
  readonly steering: RunSteering;
  readonly view: RunView;
  /** Takes in what happened before the run was resumed. */
  remember(event: RunEvent): void;
  /** Takes in an event, and tells who watches. */
  tell(event: RunEvent): void;
  /** Gives the machine back, and is no longer in the list of live runs. */
  readonly leave: () => Promise<void>;
  /** Tells watchers the rest, and hangs up. By then everything must be as they are to find it. */
  readonly hangUp: () => Promise<void>;
}

export interface LiveOptions {
  /** Told the place in the queue while the run waits for the machine, whenever it changes. */
  readonly onPosition?: ((position: number) => void) | undefined;
  /** Told of every change of what the run does. */
  readonly onStatus?: ((status: LiveStatus) => void) | undefined;
  /** Between looks whether socket and entry are still there: runtime folders go at logout, temporary ones are cleaned. */
  readonly lookMilliseconds?: number | undefined;
}

/**
 * Makes the run of a folder visible to other processes. Keeps the process alive until it leaves.
 * @throws UserError of SFT_HOME's folders
 */
export async function goLive(
  { folder }: Pick<RunPaths, 'folder'>,
  name: string,
  { onPosition, onStatus, lookMilliseconds = 10_000 }: LiveOptions = {},
): Promise<LiveRun> {
  const home = homePaths();
  const view = newRunView();
  const identity = await thisProcess();
  let turn: Turn | undefined;
  let position: number | null = null;
  let since = Date.now();
  let writing: Promise<void> = Promise.resolve();
  /** Whether the entry says what is so. */
  let isWritten = false;
  let isGone = false;

  const steering = newSteering({
    async changed(status) {
      onStatus?.(status);
      if (status === 'queued') since = Date.now();
      else position = null;
      server.changed();
      await write().catch(() => undefined); // the next look writes it
    },
    async enter() {
      turn = await takeTurn(home, folder, {
        signal: steering.signal,
        onPosition(found) {
          position = found;
          server.changed();
          onPosition?.(found);
        },
      });
    },
    leave: leaveMachine,
  });
  const state = (): LiveState => ({
    status: steering.status(),
    position: steering.status() === 'queued' ? position : null,
    memory: memoryUsage.rss(),
    node: nodeName(),
    pid,
  });
  const entry = (): LiveEntry => ({
    ...identity,
    version: controlVersion,
    folder,
    name,
    address: server.address(),
    token: server.token,
    status: steering.status(),
    since,
  });
  /** One writing after the other, the last one last. */
  const write = (): Promise<void> => {
    const before = writing;
    isWritten = false;
    const done = (async () => {
      await before;
      if (isGone) return;
      await writeLiveEntry(home.live, entry());
      isWritten = true;
    })();
    writing = done.catch(() => undefined); // whoever asked for it is told
    return done;
  };
  const look = async (): Promise<void> => {
    await writing;
    const moved = await server.renew();
    if (moved || !isWritten || !existsSync(liveFile(home.live, folder))) await write();
  };
  async function leaveMachine(): Promise<void> {
    const had = turn;
    turn = undefined;
    await had?.release();
  }

  await removeDeadEntries(home.live);
  // Where the system grants no socket, the run can be seen but not steered.
  const server = await serveRun({ view: () => view, state, ...steering }).catch(deaf);
  try {
    await write();
  } catch (error) {
    await server.close();
    throw error;
  }
  // Holds the process, too, which nothing else does while it is paused. A look that fails is followed by the next.
  const looking = setInterval(() => void look().catch(() => undefined), lookMilliseconds);

  return {
    steering,
    view,
    remember: (event) => foldEvent(view, event),
    tell(event) {
      foldEvent(view, event);
      server.publish(event);
    },
    async leave() {
      clearInterval(looking);
      isGone = true;
      try {
        await writing;
        await removeLiveEntry(home.live, folder);
      } finally {
        await leaveMachine();
      }
    },
    hangUp: server.close,
  };
}

function deaf(error: unknown): ControlServer {
  if (systemCode(error) === undefined) throw error;
  return {
    address: () => '',
    token: '',
    publish: nothing,
    changed: nothing,
    renew: never,
    close: nothingLater,
  };
}

function nothing(): void {}

async function nothingLater(): Promise<void> {}

async function never(): Promise<boolean> {
  return false;
}

/** What the log and the run panel call the Node that trains. */
function nodeName(): string {
  const { node, electron } = versions as NodeJS.ProcessVersions & { electron?: string };
  return nodeWords({ version: node, electron: electron ?? null });
}
