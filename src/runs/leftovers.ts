import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive } from './processStart.ts';

/** What `formats/atomicFile.ts` calls a file that is not whole yet; the number is the writing process's. */
const TEMPORARY = /^\.sft-(\d+)-[0-9a-f]+\.tmp$/;

/** Removes what a process that was killed while it wrote left in a folder; what a living one writes stays. */
export async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const writer = TEMPORARY.exec(name)?.[1];
    if (writer === undefined || isAlive(Number(writer))) continue;
    await rm(join(folder, name), { recursive: true, force: true });
  }
}
