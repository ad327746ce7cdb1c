import { createHash } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { writeTextAtomically } from '../formats/atomicFile.ts';
import { readError, systemCode, writeError } from '../formats/fileErrors.ts';
import { readJsonFile } from '../formats/jsonFile.ts';
import { isOfThisMachine, processIdentity, stillLives } from '../runs/processIdentity.ts';

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
});

/** A live run, as its process tells every other one: a file that only the user can read. */
export type LiveEntry = z.infer<typeof entrySchema>;

/** The file of a run folder's entry. */
export function liveFile(live: string, folder: string): string {
  const name = createHash('sha256').update(resolve(folder)).digest('hex').slice(0, 24);
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

/** The entry of a run folder, if its process lives. */
export async function liveEntryOf(live: string, folder: string): Promise<LiveEntry | undefined> {
  const entry = await readJsonFile(liveFile(live, folder), entrySchema);
  if (entry === undefined || !(await isOfThisMachine(entry))) return undefined;
  return (await stillLives(entry)) === false ? undefined : entry;
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
    await mkdir(folder, { recursive: true, mode: 0o700 });
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
