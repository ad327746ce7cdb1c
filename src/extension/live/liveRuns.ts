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
  /** A run folder as this window writes it. */
  readonly spelling: (folder: string) => string;
}

/** How often runs are asked, and how often the folder is read in case that its watcher misses something. */
const askMilliseconds = 1000;
const readMilliseconds = 5000;
/** A run does not answer during a step, or while it is stopped: then what it said last is shown, and the others are not kept waiting. */
const patience = 1000;

/** `live` is the folder of their entries. Costs a look into it while none lives. */
export function followLiveRuns(live: string, { changed, ended, log, spelling }: LiveRunsEffects): LiveRuns {
  const items = new Map<string, LiveRunItem>();
  const clients = new Map<string, RunClient>();
  /** Questions that have not been answered yet, by run. */
  const asking = new Map<string, Promise<void>>();
  /** Run folders as this window writes them: found once, since following links takes looks at the disk. */
  const spellings = new Map<string, string>();
  let isLooking = false;
  let watcher: FSWatcher | undefined;

  const spelled = (folder: string): string => {
    const known = spellings.get(folder) ?? spelling(folder);
    spellings.set(folder, known);
    return known;
  };
  const forgetWhenClosed = async (folder: string, client: RunClient): Promise<void> => {
    await client.closed;
    clients.delete(folder);
    soon();
  };
  const ask = async (entry: LiveEntry): Promise<void> => {
    try {
      const known = clients.get(entry.folder);
      const client = known ?? (await connectRun(entry));
      if (known === undefined) {
        clients.set(entry.folder, client);
        void forgetWhenClosed(entry.folder, client);
      }
      const progress = await client.progress();
      const now = items.get(entry.folder);
      if (now?.entry.pid !== entry.pid) return;
      items.set(entry.folder, { entry: now.entry, progress });
      // An answer that the look did not wait for.
      if (!isLooking) changed();
    } catch (error) {
      log(`${entry.folder}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const askOnce = (entry: LiveEntry): Promise<void> => {
    const key = `${entry.folder}\n${entry.pid}`;
    const asked = asking.get(key) ?? ask(entry).finally(() => asking.delete(key));
    asking.set(key, asked);
    return asked;
  };
  const lookOnce = async (): Promise<void> => {
    const entries = (await liveEntries(live)).map((entry) => ({ ...entry, folder: spelled(entry.folder) }));
    const before = JSON.stringify([...items.values()]);
    const gone = [...items.values()].filter(
      ({ entry }) => !entries.some(({ folder, pid }) => folder === entry.folder && pid === entry.pid),
    );
    for (const { entry } of gone) {
      items.delete(entry.folder);
      clients.get(entry.folder)?.close();
      clients.delete(entry.folder);
    }
    for (const entry of entries) {
      const known = items.get(entry.folder);
      const progress = known?.entry.pid === entry.pid ? known.progress : null;
      items.set(entry.folder, { entry, progress });
    }
    isLooking = true;
    await withPatience(Promise.all(entries.map(askOnce)));
    isLooking = false;
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

  // A look that takes its time is not followed by another without a pause.
  const ticking = setInterval(() => {
    if (items.size > 0 && !isLooking) soon();
  }, askMilliseconds);
  const reading = setInterval(() => {
    if (!isLooking) soon();
  }, readMilliseconds);
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

/** Waits for this, but not long. */
async function withPatience(work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, patience);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
