import { stat } from 'node:fs/promises';
import { readError } from '../../formats/fileErrors.ts';

/** Makes something of a file, or gives what was made of it before. `about` tells apart what is made of one file. */
export type Keep<T> = (
  file: string,
  about: string,
  make: () => Promise<T>,
  signal?: AbortSignal,
) => Promise<T>;

interface Kept<T> {
  readonly version: string;
  readonly made: Promise<T>;
  /** Of whoever asked first: if nobody waits there any more, it is not made. */
  readonly signal: AbortSignal | undefined;
}

/**
 * What was made of files, the last `most` that were asked for: it is made anew when the file has changed, and when making it
 * failed. @throws UserError `file-missing`, `file-unreadable`
 */
export function keepLast<T>(most: number): Keep<T> {
  const kept = new Map<string, Kept<T>>();
  const keep: Keep<T> = async (file, about, make, signal) => {
    const version = await versionOf(file);
    const key = JSON.stringify([file, about]);
    const known = kept.get(key);
    const one = known?.version === version ? known : { version, made: make(), signal };
    kept.delete(key);
    kept.set(key, one);
    for (const oldest of [...kept.keys()].slice(0, -most)) kept.delete(oldest);
    try {
      return await one.made;
    } catch (error) {
      if (kept.get(key) === one) kept.delete(key);
      if (one.signal?.aborted === true && one.signal !== signal) return keep(file, about, make, signal);
      throw error;
    }
  };
  return keep;
}

/** Changes when the file does. */
async function versionOf(file: string): Promise<string> {
  try {
    const { mtimeMs, size, ino } = await stat(file);
    return `${mtimeMs} ${size} ${ino}`;
  } catch (error) {
    throw readError(error, file);
  }
}
