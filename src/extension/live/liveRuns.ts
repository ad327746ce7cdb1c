import { mkdirSync, watch, type FSWatcher } from 'node:fs';
import { connectRun, type RunClient } from '../../control/client.ts';
import { liveEntries, type LiveEntry } from '../../home/liveEntries.ts';
import { inTurn } from '../views/timing.ts';
import type { RunProgress } from '../../protocol/liveRun.ts';

/** A run that lives on this machine, as this window sees it. */
export interface LiveRunItem {
  readonly entry: LiveEntry;
  /** null until it has answered. */
  readonly progress: RunProgress | null;
}

/** Follows the live runs of this machine, whoever started them. */
export interface LiveRuns {
  all(): readonly LiveRunItem[];
  of(folder: string): LiveRunItem | undefined;
  /** Asks the runs now. */
  look(): Promise<void>;
  dispose(): void;
}

export interface LiveRunsEffects {
  /** Something that a list or the status bar shows has changed. */
  readonly changed: () => void;
  /** A run's process has gone. */
  readonly ended: (entry: LiveEntry) => void;
  readonly log: (line: string) => void;
}

/** How often runs are asked, and how often the folder is read in case that its watcher misses something. */
const askMilliseconds = 1000;
const readMilliseconds = 5000;
/** A run does not answer during a step: then what it said last is shown. */
const patience = 5000;

/** `live` is the folder of their entries. Costs a look into it while none lives. */
export function followLiveRuns(live: string, { changed, ended, log }: LiveRunsEffects): LiveRuns {
  const items = new Map<string, LiveRunItem>();
  const clients = new Map<string, RunClient>();
  let watcher: FSWatcher | undefined;

  const forgetWhenClosed = async (folder: string, client: RunClient): Promise<void> => {
    await client.closed;
    clients.delete(folder);
    soon();
  };
  const ask = async (entry: LiveEntry): Promise<void> => {
    const before = items.get(entry.folder);
    let progress: RunProgress | null = before?.progress ?? null;
    try {
      const known = clients.get(entry.folder);
      const client = known ?? (await connectRun(entry));
      if (known === undefined) {
        clients.set(entry.folder, client);
        void forgetWhenClosed(entry.folder, client);
      }
      progress = await withPatience(client.progress(), progress);
    } catch (error) {
      log(`${entry.folder}: ${error instanceof Error ? error.message : String(error)}`);
    }
    items.set(entry.folder, { entry, progress });
  };
  const lookOnce = async (): Promise<void> => {
    const entries = await liveEntries(live);
    const before = JSON.stringify([...items.values()]);
    const gone = [...items.values()].filter(
      ({ entry }) => !entries.some(({ folder, pid }) => folder === entry.folder && pid === entry.pid),
    );
    for (const { entry } of gone) {
      items.delete(entry.folder);
      clients.get(entry.folder)?.close();
      clients.delete(entry.folder);
    }
    await Promise.all(entries.map(ask));
    if (JSON.stringify([...items.values()]) !== before) changed();
    for (const { entry } of gone) ended(entry);
  };
  const look = inTurn(async () => {
    try {
      await lookOnce();
    } catch (error) {
      log(error instanceof Error ? error.message : String(error));
    }
  });
  const soon = (): void => void look();

  const ticking = setInterval(() => {
    if (items.size > 0) soon();
  }, askMilliseconds);
  const reading = setInterval(soon, readMilliseconds);
  try {
    mkdirSync(live, { recursive: true, mode: 0o700 });
    watcher = watch(live, { persistent: false }, soon);
    watcher.on('error', () => watcher?.close()); // reading goes on
  } catch (error) {
    log(`${live} cannot be watched: ${String(error)}`);
  }
  return {
    all: () => [...items.values()],
    of: (folder) => items.get(folder),
    look,
    dispose() {
      clearInterval(ticking);
      clearInterval(reading);
      watcher?.close();
      for (const client of clients.values()) client.close();
    },
  };
}

/** What comes within a few seconds, or `otherwise`. */
async function withPatience<T>(answer: Promise<T>, otherwise: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(otherwise), patience);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
    answer.catch(() => undefined);
  }
}
