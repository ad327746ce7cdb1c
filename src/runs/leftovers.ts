import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryWriter } from '../formats/atomicFile.ts';
import { isAlive } from './processStart.ts';

/** Removes what a process that was killed while it wrote left in a folder; what a living one writes stays. */
export async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const writer = temporaryWriter(name);
    if (writer === undefined || isAlive(writer)) continue;
    await rm(join(folder, name), { recursive: true, force: true });
  }
}
