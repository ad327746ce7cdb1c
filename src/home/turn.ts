import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { UserError } from '../core/errors/userError.ts';
import { claimRun, type RunClaim } from '../runs/owner.ts';
import type { HomePaths } from './home.ts';
import { liveEntries, liveFile, makePrivate, type LiveEntry } from './liveEntries.ts';

/** The right to compute on this machine, which one process has at a time. */
export interface Turn {
  /** Gives it to the next one. */
  release(): Promise<void>;
}

export interface TurnOptions {
  /** Ends the waiting; `takeTurn` then gives undefined. */
  readonly signal?: AbortSignal | undefined;
  /** Told the place in the queue, from 1, whenever it changes. */
  readonly onPosition?: ((position: number) => void) | undefined;
}

const lookMilliseconds = 250;

/**
 * Waits until no other run computes on this machine and none has waited longer. What decides is a claim in a folder of
 * the machine's, so never two have it, whatever they believe of the queue; a holder that was killed loses it at once.
 * The queue itself is in the entries: the process of `folder` has one with status `queued`.
 * @throws UserError of the file system
 */
export async function takeTurn(
  { live, turn }: HomePaths,
  folder: string,
  { signal, onPosition }: TurnOptions = {},
): Promise<Turn | undefined> {
  const place = join(turn, createHash('sha256').update(hostname()).digest('hex').slice(0, 12));
  await makePrivate(place);
  const own = liveFile(live, folder);
  let told = 0;
  while (!isAborted(signal)) {
    const entries = await liveEntries(live);
    const queue = entries.filter(({ status }) => status === 'queued');
    const position = 1 + queue.findIndex((entry) => liveFile(live, entry.folder) === own);
    if (position === 1 && !entries.some(computes)) {
      const claim = await tryClaim(place);
      if (claim !== undefined) return claim;
    }
    if (position !== told && position > 0) onPosition?.(position);
    told = position;
    await wait(lookMilliseconds, undefined, signal === undefined ? {} : { signal }).catch(ignoreAbort);
  }
  return undefined;
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

function computes({ status }: LiveEntry): boolean {
  return status !== 'queued' && status !== 'paused';
}

async function tryClaim(folder: string): Promise<RunClaim | undefined> {
  try {
    return await claimRun(folder);
  } catch (error) {
    if (error instanceof UserError && (error.code === 'run-owned' || error.code === 'run-claimed')) {
      return undefined;
    }
    throw error;
  }
}

function ignoreAbort(error: unknown): void {
  if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
}
