import { createHash } from 'node:crypto';
import { readFile, realpath, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { writeTextAtomically } from '../formats/atomicFile.ts';
import { systemCode, unlessSystem } from '../formats/fileErrors.ts';
import type { RunView } from '../protocol/runView.ts';
import { keepInCache } from './cacheFolder.ts';

/** Raised whenever the same record would be folded into another view: a test of this file says when. */
const VERSION = 1;
const ENDING = '.view.json';
/** Bytes of all views together; those that were looked at least recently go first. */
const MOST = 64 * 2 ** 20;
/** Records of fewer bytes are folded in a moment. */
const LEAST = 4 * 2 ** 20;

/** What a record was when it was folded: one that was written to since is another. */
interface Kept {
  readonly version: number;
  readonly events: string;
  readonly size: number;
  readonly time: number;
  readonly view: RunView;
}

/**
 * Keeps what the record of a run was folded into, so that a long run that has ended is not read again whenever somebody looks at it.
 * A disk that takes no more is no error: the record says it all.
 * @param folder of all views
 * @param least bytes of the shortest records that are worth it
 */
export async function keepView(folder: string, events: string, view: RunView, least = LEAST): Promise<void> {
  const now = await factsOf(events).catch(unlessSystem);
  if (now === undefined || now.size < least) return;
  await keepInCache(folder, { ending: ENDING, most: MOST }, () =>
    writeTextAtomically(fileOf(folder, now.events), JSON.stringify({ ...now, view } satisfies Kept)),
  );
}

/** What was kept of a record, if that is still as it was. */
export async function keptView(folder: string, events: string): Promise<RunView | undefined> {
  try {
    const now = await factsOf(events);
    const file = fileOf(folder, now.events);
    const kept = JSON.parse(await readFile(file, 'utf8')) as Partial<Kept> | null;
    const isSame = Object.entries(now).every(([name, value]) => kept?.[name as keyof Kept] === value);
    if (!isSame) return undefined;
    const read = new Date();
    await utimes(file, read, read).catch(() => undefined); // its time says when it was looked at
    return kept?.view;
  } catch (error) {
    if (error instanceof SyntaxError || systemCode(error) !== undefined) return undefined;
    throw error;
  }
}

async function factsOf(events: string): Promise<Omit<Kept, 'view'>> {
  const { size, mtimeMs: time } = await stat(events);
  return { version: VERSION, events: await realpath(events), size, time };
}

function fileOf(folder: string, events: string): string {
  return join(folder, `${createHash('sha256').update(events).digest('hex')}${ENDING}`);
}
