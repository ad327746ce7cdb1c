import { createHash } from 'node:crypto';
import { readdir, realpath, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { makeFolder } from '../formats/makeFolder.ts';
import { writeTextAtomically } from '../formats/atomicFile.ts';
import { readError, systemCode, writeError } from '../formats/fileErrors.ts';
import { readJsonFile } from '../formats/jsonFile.ts';
import { isOfThisMachine, processIdentity, stillLives } from '../runs/processIdentity.ts';

const sharedTurn = z.object({
  /** How many runs may compute at once, itself included. */
  beside: z.number().int().positive(),
  /** Bytes that it will take; 0 where it is not known. */
  memory: z.number().nonnegative(),
});

/** How a run may share the machine with others that agree to it. */
export type SharedTurn = z.infer<typeof sharedTurn>;

const entrySchema = processIdentity.extend({
  version: z.number().int(),
  /** The run folder. */
  folder: z.string(),
  name: z.string(),
  /** Where it listens, and what it wants to hear before it says anything. */
  address: z.string(),
  token: z.string(),
  status: z.enum(['queued', 'running', 'pausing', 'paused', 'stopping']),
  /** When it began to wait for the machine, in milliseconds since 1970. */
  since: z.number(),
  /** With whom it shares the machine; with nobody unless given. */
  shared: sharedTurn.optional(),
  /** Of those that wait, the highest comes first; 0 unless given. */
  priority: z.number().optional(),
});

/** A live run, as its process tells every other one: a file that only the user can read. */
export type LiveEntry = z.infer<typeof entrySchema>;

/** The file of a run folder's entry on this host: several hosts may share SFT_HOME, and have folders of one name. */
export function liveFile(live: string, folder: string): string {
  const name = createHash('sha256')
    .update(`${hostname()}\n${resolve(folder)}`)
    .digest('hex')
    .slice(0, 24);
  return join(live, `${name}.json`);
}

/** Writes a run's entry. @throws UserError `file-unwritable`, `file-disk-full` */
export async function writeLiveEntry(live: string, entry: LiveEntry): Promise<void> {
  await makePrivate(live);
  await writeTextAtomically(liveFile(live, entry.folder), `${JSON.stringify(entry)}\n`, 0o600);
}

/** Takes a run's entry away. */
export async function removeLiveEntry(live: string, folder: string): Promise<void> {
  await rm(liveFile(live, folder), { force: true });
}

/**
 * The runs that live on this machine, the one that waits longest first. Entries whose process is gone are left out.
 * @throws UserError `file-unreadable`
 */
export async function liveEntries(live: string): Promise<LiveEntry[]> {
  const found = await Promise.all(
    (await namesIn(live)).map((name) => readJsonFile(join(live, name), entrySchema)),
  );
  const entries: LiveEntry[] = [];
  for (const entry of found) {
    if (entry === undefined || !(await isOfThisMachine(entry))) continue;
    if ((await stillLives(entry)) !== false) entries.push(entry);
  }
  return entries.sort((a, b) => a.since - b.since || (a.folder < b.folder ? -1 : 1));
}

/** The entry of a run folder, if its process lives. Links may lead to the folder in several ways. */
export async function liveEntryOf(live: string, folder: string): Promise<LiveEntry | undefined> {
  const entry = await readJsonFile(liveFile(live, folder), entrySchema);
  if (entry === undefined) {
    const real = await realOf(folder);
    for (const other of await liveEntries(live)) if ((await realOf(other.folder)) === real) return other;
    return undefined;
  }
  if (!(await isOfThisMachine(entry))) return undefined;
  return (await stillLives(entry)) === false ? undefined : entry;
}

/** Where a path leads; as it is written where there is nothing. */
export async function realOf(path: string): Promise<string> {
  return realpath(path).catch(() => resolve(path));
}

/** Takes away the entries, with the sockets, that killed processes of this machine left. */
export async function removeDeadEntries(live: string): Promise<void> {
  for (const name of await namesIn(live)) {
    const entry = await readJsonFile(join(live, name), entrySchema);
    if (entry === undefined || !(await isOfThisMachine(entry))) continue;
    if ((await stillLives(entry)) !== false) continue;
    await rm(join(live, name), { force: true });
    if (entry.address.endsWith('.sock')) await rm(entry.address, { force: true });
  }
}

/** Makes a folder that only the user can look into. */
export async function makePrivate(folder: string): Promise<void> {
  try {
    await makeFolder(folder, 0o700);
  } catch (error) {
    throw writeError(error, folder);
  }
}

async function namesIn(live: string): Promise<string[]> {
  try {
    return (await readdir(live)).filter((name) => name.endsWith('.json'));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw readError(error, live);
  }
}
