import { memoryUsage, pid, versions } from 'node:process';
import { type ControlServer, serveRun } from '../control/server.ts';
import { systemCode } from '../formats/fileErrors.ts';
import { homePaths } from '../home/home.ts';
import { type LiveEntry, removeDeadEntries, removeLiveEntry, writeLiveEntry } from '../home/liveEntries.ts';
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
  /** Waits until the machine is free. Gives whether it is: not if the run was asked to end meanwhile. */
  takeTurn(onPosition?: (position: number) => void): Promise<boolean>;
  /** Takes in what happened before the run was resumed. */
  remember(event: RunEvent): void;
  /** Takes in an event, and tells who watches. */
  tell(event: RunEvent): void;
  /** Gives the machine back and goes out of sight. */
  readonly close: () => Promise<void>;
}

/**
 * Makes the run of a folder visible to other processes.
 * @throws UserError of SFT_HOME's folders; the system's error where no socket can be had
 */
export async function goLive(
  { folder }: Pick<RunPaths, 'folder'>,
  name: string,
  onStatus?: (status: LiveStatus) => void,
): Promise<LiveRun> {
  const home = homePaths();
  const view = newRunView();
  const identity = await thisProcess();
  let turn: Turn | undefined;
  let position: number | null = null;
  let since = Date.now();
  let announce: ((position: number) => void) | undefined;
  let writing: Promise<void> = Promise.resolve();

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
    const done = (async () => {
      await before;
      await writeLiveEntry(home.live, entry());
    })();
    writing = done.catch(() => undefined); // whoever asked for it is told
    return done;
  };
  const enter = async (): Promise<void> => {
    do {
      await leave();
      turn = await takeTurn(home, folder, {
        signal: steering.signal,
        onPosition(found) {
          position = found;
          server.changed();
          announce?.(found);
        },
      });
      position = null;
    } while (turn !== undefined && steering.status() === 'paused'); // paused just when it had its turn
  };
  const leave = async (): Promise<void> => {
    await turn?.release();
    turn = undefined;
  };
  const steering = newSteering({
    async changed(status) {
      onStatus?.(status);
      if (status === 'queued') since = Date.now();
      server.changed();
      await write();
    },
    leave,
    enter,
  });
  const state = (): LiveState => ({
    status: steering.status(),
    position,
    memory: memoryUsage.rss(),
    node: nodeName(),
    pid,
  });

  await removeDeadEntries(home.live);
  // Where the system grants no socket, the run can be seen but not steered.
  const server = await serveRun(
    {
      view: () => view,
      state,
      pause: steering.pause,
      resume: steering.resume,
      stop: steering.stop,
      cancel: steering.cancel,
    },
    () => void write().catch(() => undefined), // the next change of the status tries again
  ).catch(deaf);
  const { close, publish } = server;
  await write();

  return {
    steering,
    view,
    async takeTurn(onPosition) {
      announce = onPosition;
      await enter();
      if (turn === undefined) return false;
      await steering.started();
      return true;
    },
    remember: (event) => foldEvent(view, event),
    tell(event) {
      foldEvent(view, event);
      publish(event);
    },
    async close() {
      await close();
      await writing;
      await removeLiveEntry(home.live, folder);
      await leave();
    },
  };
}

function deaf(error: unknown): ControlServer {
  if (systemCode(error) === undefined) throw error;
  return { address: () => '', token: '', publish: nothing, changed: nothing, close: nothingLater };
}

function nothing(): void {}

async function nothingLater(): Promise<void> {}

/** What the log and the run panel call the Node that trains. */
function nodeName(): string {
  const { node, electron } = versions as NodeJS.ProcessVersions & { electron?: string };
  return nodeWords({ version: node, electron: electron ?? null });
}
