import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A disk that a script has mounted in a mount namespace of its own. */
export interface SmallDisk {
  /** The file that takes all the room. */
  readonly filler: string;
  /** Leaves no block free. */
  readonly fill: () => void;
}

/** Mounts a disk of 8 MB at an empty folder. */
export function mountSmallDisk(folder: string): SmallDisk {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', folder]);
  const filler = join(folder, 'filler');
  return {
    filler,
    fill() {
      try {
        for (;;) writeFileSync(filler, Buffer.alloc(4096), { flag: 'a' });
      } catch (error) {
        if (!String(error).includes('ENOSPC')) throw error;
      }
    },
  };
}
