import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readError } from '../../formats/fileErrors.ts';
import { sftBinName } from '../../formats/sftLocation.ts';

/** What was made of files, as long as they have not changed. */
export interface RememberedFiles<T> {
  /** `make`'s result for this file (and these settings), of before where the file is as it was. @throws UserError `file-missing` */
  get(path: string, settings: string, make: () => Promise<T>): Promise<T>;
  /** Keeps at least so many from now on: what is used again and again at once. */
  keepAtLeast(count: number): void;
  clear(): void;
}

/** Keeps the results of the last files, `usual` of them unless more are used together. */
export function rememberFiles<T>(usual: number): RememberedFiles<T> {
  let most = usual;
  const known = new Map<string, { readonly state: string; readonly value: T }>();
  return {
    async get(path, settings, make) {
      const key = JSON.stringify([path, settings]);
      const state = await stateOf(path);
      const before = known.get(key);
      known.delete(key);
      const value = before?.state === state ? before.value : await make();
      known.set(key, { state, value });
      for (const oldest of known.keys()) if (known.size > most) known.delete(oldest);
      return value;
    },
    keepAtLeast(count) {
      most = Math.max(usual, count);
    },
    clear: () => known.clear(),
  };
}

/** Changes whenever the file's content may have. A folder is that of the reference's file. */
async function stateOf(path: string): Promise<string> {
  try {
    const found = await stat(path);
    // A folder without that file is read all the same, which says what is wrong.
    const inside = found.isDirectory() ? stat(join(path, sftBinName)).catch(() => found) : found;
    const { ino, size, mtimeMs } = await inside;
    return `${ino} ${size} ${mtimeMs}`;
  } catch (error) {
    throw readError(error, path);
  }
}
