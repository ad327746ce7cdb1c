import { mkdir } from 'node:fs/promises';
import { UserError } from '../core/errors/userError.ts';
import { evict } from '../formats/evict.ts';
import { systemCode } from '../formats/fileErrors.ts';
import { removeLeftovers } from './leftovers.ts';

export interface CacheLimits {
  /** Of the cache's files. */
  readonly ending: string;
  /** Bytes of all of them; what was used least recently goes first. */
  readonly most: number;
}

/** Writes something into a folder of a cache. A disk that takes no more is no error: it can be made anew. */
export async function keepInCache(
  folder: string,
  limits: CacheLimits,
  write: () => Promise<void>,
): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await removeLeftovers(folder);
    await write();
    await evict(folder, limits);
  } catch (error) {
    if (!(error instanceof UserError) && systemCode(error) === undefined) throw error;
  }
}
