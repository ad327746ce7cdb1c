import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryName } from '../formats/atomicFile.ts';
import { systemCode } from '../formats/fileErrors.ts';

/** Some blocks of any file system: one for the end of a record, some for the log. */
const RESERVED_BYTES = 2 ** 15;

/** Room on a disk that is held for what must still be written where the disk gets full. */
export interface Reserve {
  /** Gives the room to whoever writes next. */
  release(): Promise<void>;
}

/** Holds some room in a folder; none where there is none left. Whoever holds it and is killed leaves a leftover. */
export async function reserveRoom(folder: string): Promise<Reserve> {
  const file = temporaryName(join(folder, 'reserve'));
  // What cannot be removed is a leftover.
  const release = (): Promise<void> => rm(file, { force: true }).catch(() => undefined);
  let handle: FileHandle | undefined;
  try {
    handle = await open(file, 'wx');
    // Nothing that a file system could make small.
    await handle.writeFile(randomBytes(RESERVED_BYTES));
    await handle.sync(); // some give room away only then
  } catch (error) {
    await handle?.close();
    handle = undefined;
    await release();
    if (systemCode(error) === undefined) throw error;
  } finally {
    await handle?.close();
  }
  return { release };
}
