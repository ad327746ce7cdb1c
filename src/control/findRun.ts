import { realpath } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { userError } from '../core/errors/userError.ts';
import { homePaths } from '../home/home.ts';
import { liveEntries, type LiveEntry } from '../home/liveEntries.ts';
import { connectRun, type RunClient, type Steering } from './client.ts';

/**
 * The live run that a user means by a folder, the folder's name, or the run's name.
 * @throws UserError `run-not-live`, `run-ambiguous`
 */
export async function findLiveRun(named: string): Promise<LiveEntry> {
  const live = await liveEntries(homePaths().live);
  const place = resolve(named);
  // Links may lead to one folder in several ways.
  const real = await realpath(place).catch(() => place);
  const found =
    oneOf(live.filter(({ folder }) => folder === place || folder === real)) ??
    oneOf(live.filter(({ folder }) => basename(folder) === named)) ??
    oneOf(live.filter(({ name }) => name === named));
  if (found === undefined) {
    throw userError('run-not-live', { name: named, live: live.map(({ folder }) => basename(folder)) });
  }
  if (found.length > 1) {
    throw userError('run-ambiguous', { name: named, folders: found.map(({ folder }) => folder) });
  }
  return found[0];
}

/**
 * Connects to a live run.
 * @throws UserError `run-unreachable`
 */
export async function reachRun(entry: LiveEntry): Promise<RunClient> {
  try {
    return await connectRun(entry);
  } catch {
    throw userError('run-unreachable', undefined, { file: entry.folder });
  }
}

/**
 * Asks a live run for something; comes back when it has heard, which is before it is done.
 * @throws UserError `run-unreachable`; an error where it hangs up
 */
export async function steerRun(entry: LiveEntry, how: Steering): Promise<void> {
  const client = await reachRun(entry);
  try {
    await client.steer(how);
  } finally {
    client.close();
  }
}

function oneOf(found: LiveEntry[]): LiveEntry[] | undefined {
  return found.length === 0 ? undefined : found;
}
