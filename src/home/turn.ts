import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { runOwner } from '../runs/owner.ts';
import { tryClaim } from '../runs/tryClaim.ts';
import type { HomePaths } from './home.ts';
import { liveEntries, liveFile, makePrivate, type LiveEntry, type SharedTurn } from './liveEntries.ts';

/** The right to compute on this machine: one process has it, or several that agree to share it. */
export interface Turn {
  /** Gives it to the next one. */
  release(): Promise<void>;
}

export interface TurnOptions {
  /** Ends the waiting; `takeTurn` then gives undefined. */
  readonly signal?: AbortSignal | undefined;
  /** Told the place in the queue, from 1, whenever it changes. */
  readonly onPosition?: ((position: number) => void) | undefined;
  /** With whom the turn may be shared; with nobody unless given. */
  readonly shared?: SharedTurn | undefined;
  /** Bytes that runs which share it may take together; without a limit unless given. */
  readonly memory?: number | undefined;
}

const lookMilliseconds = 250;
const slotName = /^slot-\d+$/;

/**
 * Waits until the machine is free for this run and none has waited longer, or has a higher priority. What decides are claims in folders
 * of the machine's, so that there are never more than agreed, whatever they believe of the queue; a holder that was killed loses its own
 * at once. A run that shares with nobody holds the folder itself, and only while no slot in it is held. One that shares holds a slot, and
 * holds the folder for the moment in which it looks at the others and takes one. The queue itself is in the entries: the process of
 * `folder` has one with status `queued`.
 * @throws UserError of the file system
 */
export async function takeTurn(
  { live, turn }: HomePaths,
  folder: string,
  { signal, onPosition, shared, memory = Infinity }: TurnOptions = {},
): Promise<Turn | undefined> {
  const place = join(turn, createHash('sha256').update(hostname()).digest('hex').slice(0, 12));
  await makePrivate(place);
  const own = liveFile(live, folder);
  let told = 0;
  while (!isAborted(signal)) {
    const entries = await liveEntries(live);
    const queue = inTurn(entries.filter(({ status }) => status === 'queued'));
    const position = 1 + queue.findIndex((entry) => liveFile(live, entry.folder) === own);
    if (position === 1 && admits(entries.filter(computes), shared, memory)) {
      const claim = shared === undefined ? await claimAll(place) : await claimSlot(place, shared);
      if (claim !== undefined) return claim;
    }
    if (position !== told && position > 0) onPosition?.(position);
    told = position;
    await wait(lookMilliseconds, undefined, signal === undefined ? {} : { signal }).catch(ignoreAbort);
  }
  return undefined;
}

/** Runs that wait, in the order in which they come to compute: by priority, then by how long they wait. */
export function inTurn<T extends Pick<LiveEntry, 'priority'>>(queued: readonly T[]): T[] {
  return [...queued].sort((a, b) => (b.priority ?? 0) - (a.priority ?? 0));
}

/** Whether a run may compute beside those that do: all must agree to so many, and have room in `memory` bytes together. */
export function admits(
  computing: readonly Pick<LiveEntry, 'shared'>[],
  own: SharedTurn | undefined,
  memory: number,
): boolean {
  if (computing.length === 0) return true;
  const all = [own, ...computing.map(({ shared }) => shared)];
  let taken = 0;
  for (const shared of all) {
    if (shared === undefined || shared.beside < all.length) return false;
    taken += shared.memory;
  }
  return taken <= memory;
}

/** The machine as a whole, where nobody has a part of it. */
async function claimAll(place: string): Promise<Turn | undefined> {
  const claim = await tryClaim(place);
  if (claim === undefined || (await slotsTaken(place)) === 0) return claim;
  await claim.release();
  return undefined;
}

/** One of the machine's parts, where nobody has the whole. */
async function claimSlot(place: string, { beside }: SharedTurn): Promise<Turn | undefined> {
  const gate = await tryClaim(place);
  if (gate === undefined) return undefined;
  try {
    if ((await slotsTaken(place)) >= beside) return undefined;
    for (let slot = 1; slot <= beside; slot++) {
      const folder = join(place, `slot-${slot}`);
      await makePrivate(folder);
      const claim = await tryClaim(folder);
      if (claim !== undefined) return claim;
    }
    return undefined;
  } finally {
    await gate.release();
  }
}

async function slotsTaken(place: string): Promise<number> {
  const slots = (await readdir(place)).filter((name) => slotName.test(name));
  const owners = await Promise.all(slots.map((slot) => runOwner(join(place, slot))));
  return owners.filter((owner) => owner?.alive === true).length;
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

function computes({ status }: LiveEntry): boolean {
  return status !== 'queued' && status !== 'paused';
}

function ignoreAbort(error: unknown): void {
  if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
}
