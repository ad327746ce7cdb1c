import { statfs } from 'node:fs/promises';
import { freemem, totalmem } from 'node:os';
import { dirname, resolve } from 'node:path';

/** Bytes that this process can have, and that there are. */
export interface MachineMemory {
  readonly free: number;
  readonly total: number;
}

/** What the system, or a container's limit, leaves to this process. */
export function machineMemory(): MachineMemory {
  const { availableMemory, constrainedMemory } = process as Partial<
    Pick<NodeJS.Process, 'availableMemory' | 'constrainedMemory'>
  >;
  const limit = constrainedMemory?.() ?? 0;
  // Without a limit it is 0, or a number far above what there is.
  const total = limit > 0 ? Math.min(limit, totalmem()) : totalmem();
  const available = Math.min(availableMemory?.() ?? freemem(), total);
  // macOS counts what it only keeps for later as used.
  return { total, free: process.platform === 'darwin' ? Math.max(available, total / 2) : available };
}

/** Free bytes of the disk on which a folder lies or will lie; null where the system does not tell. */
export async function freeDisk(folder: string): Promise<number | null> {
  for (let path = resolve(folder); ; path = dirname(path)) {
    try {
      const { bavail, bsize } = await statfs(path);
      return bavail * bsize;
    } catch {
      // It is not there yet, perhaps: then its parent tells.
      if (path === dirname(path)) return null;
    }
  }
}
