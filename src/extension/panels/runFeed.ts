import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { connectRun, type RunClient } from '../../control/client.ts';
import { liveEntryOf } from '../../home/liveEntries.ts';
import type { LiveState, RunUpdate } from '../../protocol/liveRun.ts';
import type { RunHeading, RunPresence, ToRunPanel } from '../../protocol/runPanel.ts';
import type { SessionRequests } from '../../protocol/session.ts';
import type { Session } from '../programs/session.ts';
import { SftProblem } from '../programs/programs.ts';
import type { Translate } from '../translate.ts';
import { inTurn } from '../views/timing.ts';

export interface RunFeedOptions {
  readonly folder: string;
  /** Folder of the live runs' entries. */
  readonly live: string;
  readonly session: Session;
  /** The run as it was read while its page was being loaded; undefined where it was not. Taken once. */
  readonly ahead?: Promise<OpenedRun | undefined> | undefined;
  readonly send: (message: ToRunPanel) => void;
  readonly t: Translate;
  /** Milliseconds after which the folder of a run that has ended is looked for again. */
  readonly looks?: number | undefined;
}

/** What keeps a visible run panel up to date, whether the run lives or not. */
export interface RunFeed {
  /** Sends everything, and what follows. */
  begin(): Promise<void>;
  /** Looks whether a run that had ended lives again. */
  look(): Promise<void>;
  close(): void;
}

export type OpenedRun = SessionRequests['openRun']['result'];

/** How long until a run whose process cannot be reached is looked at again: it may be about to begin or to end; each time longer. */
const againMilliseconds = { first: 2000, most: 60_000 };
/** How often a panel of a run that has ended looks whether its folder is there. */
const looksMilliseconds = 3000;
/** State that changes all the time, such as memory, goes out no more often than this. */
const presenceMilliseconds = 2000;

export function newRunFeed({
  folder,
  live,
  session,
  ahead,
  send,
  t,
  looks = looksMilliseconds,
}: RunFeedOptions): RunFeed {
  let untaken = ahead;
  let client: RunClient | undefined;
  let closed = false;
  let told: LiveState | undefined;
  let toldAt = 0;
  let heading: RunHeading | undefined;
  let again: NodeJS.Timeout | undefined;
  let pause = againMilliseconds.first;

  const problem = (error: unknown): void => {
    if (closed) return;
    if (error instanceof SftProblem) send({ type: 'problem', what: error.what, advice: error.advice });
    else send({ type: 'problem', what: error instanceof Error ? error.message : String(error), advice: '' });
  };
  const tellPresence = (state: LiveState): void => {
    const same = told?.status === state.status && told.position === state.position && told.k === state.k;
    if (heading === undefined || (same && Date.now() - toldAt < presenceMilliseconds)) return;
    told = state;
    toldAt = Date.now();
    send({ type: 'presence', presence: { kind: 'live', live: state }, heading });
  };
  const update = ({ from, events, live: state }: RunUpdate): void => {
    if (closed) return;
    if (events.length > 0) send({ type: 'events', from, events });
    tellPresence(state);
  };
  /** Whether there is a live run, and everything of it was sent. */
  const showLive = async (): Promise<boolean> => {
    const entry = await liveEntryOf(live, folder);
    if (entry === undefined) return false;
    const connected = await connectRun(entry).catch(() => undefined);
    if (connected === undefined) return false;
    client = connected;
    const leave = (): void => {
      connected.close();
      client = undefined;
    };
    try {
      heading = await session.ask('runHeading', { folder });
    } catch (error) {
      leave();
      throw error;
    }
    // A run that ends just now hangs up instead of answering.
    const watched = await connected.watch(update).catch(() => undefined);
    if (watched === undefined || closed) {
      leave();
      return closed;
    }
    const { view, live: state } = watched;
    pause = againMilliseconds.first;
    told = state;
    toldAt = Date.now();
    send({ type: 'view', heading, view, presence: { kind: 'live', live: state } });
    void connected.closed.then(() => {
      client = undefined;
      return closed ? undefined : show();
    });
    return true;
  };
  const lookAgain = (): void => {
    if (closed) return;
    again = setTimeout(() => void show(), pause);
    pause = Math.min(againMilliseconds.most, 2 * pause);
  };
  /** One at a time: whoever asks while it is shown already must not take its connection away. */
  const show = inTurn(async () => {
    clearTimeout(again);
    // Of a run that lives now it would be old when it has ended.
    const early = untaken;
    untaken = undefined;
    if (client !== undefined) return;
    try {
      if (closed || (await showLive())) return;
      const { heading: found, view, end } = (await early) ?? (await session.ask('openRun', { folder }));
      heading = found;
      if (closed) return;
      const presence: RunPresence = end === null ? silent(folder, t) : { kind: 'ended', end };
      send({ type: 'view', heading, view, presence });
      if (end === null) lookAgain();
      else again = setTimeout(() => void seeThatItIsThere(), looks);
    } catch (error) {
      const gone = error instanceof SftProblem && error.code === 'file-missing';
      if (gone) sayGone();
      else {
        problem(error);
        // A disk that others share may answer again, and a session that has died is started anew.
        lookAgain();
      }
    }
  });
  /** Nobody tells of a folder that was deleted, here or elsewhere, while its run is in sight. */
  const seeThatItIsThere = async (): Promise<void> => {
    const found = await isThere(folder);
    if (closed || client !== undefined) return;
    if (found) again = setTimeout(() => void seeThatItIsThere(), looks);
    else sayGone();
  };
  /** What was deleted may be brought back. */
  const sayGone = (): void => {
    if (closed) return;
    if (heading === undefined) problem(goneProblem(t));
    else send({ type: 'presence', presence: { kind: 'gone' }, heading });
    again = setTimeout(() => void lookForIt(), looks);
  };
  const lookForIt = async (): Promise<void> => {
    const found = await isThere(join(folder, 'events.jsonl'));
    if (closed || client !== undefined) return;
    if (found) await show();
    else again = setTimeout(() => void lookForIt(), looks);
  };
  return {
    begin: show,
    async look() {
      if (client === undefined && !closed && (await liveEntryOf(live, folder)) !== undefined) await show();
    },
    close() {
      closed = true;
      clearTimeout(again);
      client?.close();
    },
  };
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Of a panel that is shown again after its run was deleted. */
const goneProblem = (t: Translate): SftProblem =>
  new SftProblem({
    code: 'run-gone',
    message: t('The folder of this run is gone.'),
    advice: t('It was deleted or moved. "SFT: Undo Delete" brings back what was deleted here.'),
  });

/** A process works on the run, perhaps on another machine, and cannot be asked. */
function silent(folder: string, t: Translate): RunPresence {
  return {
    kind: 'elsewhere',
    what: t('A process that cannot be reached from here works on this run, perhaps on another machine.'),
    advice: t('What it has told so far is shown. Its owner file in {0} says who it is.', folder),
  };
}
