import { mkdirSync, readdirSync, watch, type FSWatcher } from 'node:fs';

const pollMilliseconds = 5000;

/**
 * Calls back once when a run lives: now, or when one is started later, by whomever. This is all that is done about live
 * runs at activation, for most windows never see one: a folder is read, then watched, and nothing is loaded for it.
 */
export function noticeLive(live: string, found: () => void): { dispose(): void } {
  let watcher: FSWatcher | undefined;
  let polling: NodeJS.Timeout | undefined;
  let ended = false;
  const end = (): void => {
    ended = true;
    watcher?.close();
    clearInterval(polling);
  };
  const look = (): void => {
    if (ended || !namesIn(live).some((name) => name.endsWith('.json'))) return;
    end();
    found();
  };
  const poll = (): void => {
    watcher?.close();
    if (ended || polling !== undefined) return;
    polling = setInterval(look, pollMilliseconds);
    polling.unref();
  };
  try {
    // A folder that is not there cannot be watched.
    mkdirSync(live, { recursive: true, mode: 0o700 });
    watcher = watch(live, { persistent: false }, look);
    watcher.on('error', poll);
  } catch {
    poll();
  }
  look();
  return { dispose: end };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
