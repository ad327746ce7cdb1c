/** Something that is done later, once for many calls. */
export interface Later {
  (): void;
  dispose(): void;
}

/**
 * Does work once calls have ceased for `quiet` milliseconds, but no later than `longest` after the first: files come
 * in swarms, and a list that is made anew for each of them is never right.
 */
export function debounced(work: () => void, quiet: number, longest: number): Later {
  let timer: NodeJS.Timeout | undefined;
  let first = 0;
  const call = (): void => {
    if (timer === undefined) first = Date.now();
    clearTimeout(timer);
    const wait = Math.max(0, Math.min(quiet, first + longest - Date.now()));
    timer = setTimeout(() => {
      timer = undefined;
      work();
    }, wait);
  };
  return Object.assign(call, { dispose: () => clearTimeout(timer) });
}

/** Does work at once, and then no more often than every so many milliseconds; the last call is never lost. */
export function atMostEvery(milliseconds: number, work: () => void): Later {
  let timer: NodeJS.Timeout | undefined;
  let again = false;
  const call = (): void => {
    if (timer !== undefined) {
      again = true;
      return;
    }
    timer = setTimeout(() => {
      timer = undefined;
      if (!again) return;
      again = false;
      call();
    }, milliseconds);
    work();
  };
  return Object.assign(call, {
    dispose: () => {
      clearTimeout(timer);
      again = false;
    },
  });
}

/** Does work one at a time: a call during it makes it be done once more after it, for all calls that came meanwhile. */
export function inTurn(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let again = false;
  return () => {
    if (running !== undefined) {
      again = true;
      return running;
    }
    running = (async () => {
      try {
        do {
          again = false;
          await work();
        } while (again);
      } finally {
        running = undefined;
      }
    })();
    return running;
  };
}
