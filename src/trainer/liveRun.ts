import { existsSync } from 'node:fs';
import { memoryUsage, pid } from 'node:process';
import { type ControlServer, serveRun } from '../control/server.ts';
import { systemCode } from '../formats/fileErrors.ts';
import { homePaths } from '../home/home.ts';
import {
  type LiveEntry,
  liveFile,
  removeDeadEntries,
  removeLiveEntry,
  type SharedTurn,
  writeLiveEntry,
} from '../home/liveEntries.ts';
import { takeTurn, type Turn } from '../home/turn.ts';
import type { RunEvent } from '../protocol/events.ts';
import { controlVersion, type LiveState, type LiveStatus } from '../protocol/liveRun.ts';
import type { RunSnapshot } from '../protocol/runSnapshot.ts';
import { choosesMask } from '../protocol/runProgress.ts';
import { foldEvent, newRunView, type RunView } from '../protocol/runView.ts';
import { thisProcess } from '../runs/processIdentity.ts';
import type { RunPaths } from '../runs/runFolder.ts';
import { machineMemory } from './machine.ts';
import { newSteering, type RunSteering } from './runSteering.ts';
import { thisNode } from './thisNode.ts';

/** Share of the machine's memory that runs which compute side by side may take together. */
const MEMORY_SHARE = 0.8;

/** A run as others see it: it has an entry in SFT_HOME, listens, waits for its turn, and can be steered. */
export interface LiveRun {
  readonly steering: RunSteering;
  readonly view: RunView;
  /** Takes in what happened before the run was resumed. */
  remember(event: RunEvent): void;
  /** Forgets what happened: the run has gone back to its checkpoint, and what led there is remembered anew. */
  readonly forget: () => void;
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
  /** With whom the run shares the machine while it computes; with nobody unless given. */
  readonly shared?: SharedTurn | undefined;
  /** Of the runs that wait, the highest comes first; 0 unless given. */
  readonly priority?: number | undefined;
  /** Whether it computes at once, whatever else does: where a cluster decides what runs together. */
  readonly skipsQueue?: boolean | undefined;
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
  { onPosition, onStatus, shared, priority, skipsQueue = false, lookMilliseconds = 10_000 }: LiveOptions = {},
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
      if (skipsQueue) return;
      turn = await takeTurn(home, folder, {
        signal: steering.signal,
        shared,
        memory: machineMemory().total * MEMORY_SHARE,
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
    node: thisNode,
    pid,
    k: steering.wishes.k() ?? null,
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
    ...(shared === undefined ? {} : { shared }),
    ...(priority === undefined ? {} : { priority }),
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
  const server = await serveRun({
    view: () => view,
    state,
    ...steering,
    choose(k) {
      refuseLate(view.run, 'choose');
      steering.choose(k);
    },
    selectNow() {
      refuseLate(view.run, 'selectNow');
      steering.selectNow();
    },
  }).catch(deaf);
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
    forget() {
      const { series, ...rest } = newRunView();
      view.series.splice(0, view.series.length, ...series);
      Object.assign(view, rest);
    },
    tell(event) {
      foldEvent(view, event);
      if (event.type === 'select') steering.selected();
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

/** @throws RangeError where there is no mask to choose, or it has been chosen already, or there is no full phase to end */
function refuseLate({ start, selections, phases, current }: RunSnapshot, what: 'choose' | 'selectNow'): void {
  if (start === null) return;
  if (start.k === 0) throw new RangeError('The run chooses no mask.');
  if (!choosesMask({ start, selections })) throw new RangeError('The mask has been chosen already.');
  if (what === 'selectNow' && phases[current]?.phase === 'sparse')
    throw new RangeError('The run is in a sparse phase: there is no full phase to end.');
}

function nothing(): void {}

async function nothingLater(): Promise<void> {}

async function never(): Promise<boolean> {
  return false;
}
