import { unwatchFile, watchFile } from 'node:fs';
import { debounced } from '../views/timing.ts';

/** How often it is looked whether a file has changed, in milliseconds. */
const lookEvery = 1000;
/** A file that is being written changes many times: how long it must be quiet, and what is waited at most, in milliseconds. */
const quiet = 300;
const longest = 2000;

/** Files that are watched. */
export interface FileWatch {
  /** Watches these and no others. */
  put(files: Iterable<string>): void;
  dispose(): void;
}

/** Calls `changed` when one of the files has changed, or is gone: the editor's own watchers begin late, and not at all on some network disks. */
export function newFileWatch(changed: () => void): FileWatch {
  const soon = debounced(changed, quiet, longest);
  let watched: ReadonlySet<string> = new Set();
  const put = (files: Iterable<string>): void => {
    const wanted = new Set(files);
    for (const file of watched) if (!wanted.has(file)) unwatchFile(file, soon);
    for (const file of wanted)
      if (!watched.has(file)) watchFile(file, { interval: lookEvery, persistent: false }, soon);
    watched = wanted;
  };
  return {
    put,
    dispose() {
      put([]);
      soon.dispose();
    },
  };
}
