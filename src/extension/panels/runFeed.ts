import { connectRun, type RunClient } from '../../control/client.ts';
import { liveEntryOf } from '../../home/liveEntries.ts';
import type { LiveState, RunUpdate } from '../../protocol/liveRun.ts';
import type { RunHeading, RunPresence, ToRunPanel } from '../../protocol/runPanel.ts';
import type { Session } from '../programs/session.ts';
import { SftProblem } from '../programs/programs.ts';

export interface RunFeedOptions {
  readonly folder: string;
  /** Folder of the live runs' entries. */
  readonly live: string;
  readonly session: Session;
  readonly send: (message: ToRunPanel) => void;
}

/** What keeps a visible run panel up to date, whether the run lives or not. */
export interface RunFeed {
  /** Sends everything, and what follows. */
  begin(): Promise<void>;
  /** Looks whether a run that had ended lives again. */
  look(): Promise<void>;
  close(): void;
}

/** How long until a run whose process cannot be reached is looked at again: it may be about to begin or to end. */
const againMilliseconds = 2000;
/** State that changes all the time, such as memory, goes out no more often than this. */
const presenceMilliseconds = 2000;

export function newRunFeed({ folder, live, session, send }: RunFeedOptions): RunFeed {
  let client: RunClient | undefined;
  let closed = false;
  let told: LiveState | undefined;
  let toldAt = 0;
  let heading: RunHeading | undefined;
  let again: NodeJS.Timeout | undefined;

  const problem = (error: unknown): void => {
    if (closed) return;
    if (error instanceof SftProblem) send({ type: 'problem', what: error.what, advice: error.advice });
    else send({ type: 'problem', what: error instanceof Error ? error.message : String(error), advice: '' });
  };
  const tellPresence = (state: LiveState): void => {
    const same = told?.status === state.status && told.position === state.position;
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
    client?.close();
    client = connected;
    heading = await session.ask('runHeading', { folder });
    const { view, live: state } = await connected.watch(update);
    if (closed) {
      connected.close();
      return true;
    }
    told = state;
    toldAt = Date.now();
    send({ type: 'view', heading, view, presence: { kind: 'live', live: state } });
    void connected.closed.then(() => {
      if (client === connected) client = undefined;
      return closed ? undefined : show();
    });
    return true;
  };
  const show = async (): Promise<void> => {
    clearTimeout(again);
    try {
      if (closed || (await showLive())) return;
      const { heading: found, view, end } = await session.ask('openRun', { folder });
      heading = found;
      if (closed) return;
      const presence: RunPresence = end === null ? silent(folder) : { kind: 'ended', end };
      send({ type: 'view', heading, view, presence });
      if (end === null) again = setTimeout(() => void show(), againMilliseconds);
    } catch (error) {
      const gone = error instanceof SftProblem && error.code === 'file-missing';
      if (gone && heading !== undefined) {
        if (!closed) send({ type: 'presence', presence: { kind: 'gone' }, heading });
      } else if (gone) {
        problem(goneProblem);
      } else problem(error);
    }
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

/** Of a panel that is shown again after its run was deleted. */
const goneProblem = new SftProblem({
  code: 'run-gone',
  message: 'The folder of this run is gone.',
  advice: 'It was deleted or moved. "SFT: Undo Delete" brings back what was deleted here.',
});

/** A process works on the run, perhaps on another machine, and cannot be asked. */
function silent(folder: string): RunPresence {
  const what = 'A process that cannot be reached from here works on this run, perhaps on another machine.';
  const advice = `What it has told so far is shown. Its owner file in ${folder} says who it is.`;
  return {
    kind: 'ended',
    end: { outcome: 'interrupted', cause: { what, advice, log: [] }, resumable: false },
  };
}
