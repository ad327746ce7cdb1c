import { existsSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemCode } from './fileErrors.ts';

/**
 * Makes a folder and those around it that are missing. Node's own way never ends where a file system has nothing to be made in, such as
 * `/proc`.
 * @throws what `mkdir` throws
 */
export async function makeFolder(path: string, mode?: number): Promise<void> {
  try {
    await makeOne(path, mode);
  } catch (error) {
    const around = dirname(path);
    if (systemCode(error) !== 'ENOENT' || around === path) throw error;
    // It may have been made meanwhile; where it is there, and nothing can be made in it, the second try says so.
    if (!existsSync(around)) await makeFolder(around, mode);
    await makeOne(path, mode);
  }
}

async function makeOne(path: string, mode?: number): Promise<void> {
  try {
    await mkdir(path, mode);
  } catch (error) {
    if (systemCode(error) !== 'EEXIST' || !(await stat(path)).isDirectory()) throw error;
  }
}
