/** What a run needs on this machine, with so many threads. */
export interface RunNeeds {
  /** Seconds of the whole run. */
  readonly seconds: number;
  /** Bytes of memory at its worst moment. */
  readonly memory: number;
}

/** So many runs side by side, each with so many threads. */
export interface SideBySide {
  readonly jobs: number;
  readonly threads: number;
}

/** Runs side by side share caches and the memory's speed: they must promise more than this to be worth it. */
const LEAST_GAIN = 1.1;
/** Share of the free memory that runs may take together. */
export const MEMORY_SHARE = 0.8;

/** Ways of sharing cores: one run with all of them, or two, four ... with a part each. */
export function waysToShare(cores: number): SideBySide[] {
  const ways: SideBySide[] = [];
  for (let jobs = 1; jobs <= cores; jobs *= 2) ways.push({ jobs, threads: Math.floor(cores / jobs) });
  return ways;
}

/**
 * How many runs should compute at once: as many as finish most runs an hour and fit in memory. One run with all cores unless several
 * with a part each promise a tenth more.
 * @param needs of a typical run, by the way of sharing: from the estimate, with the speed that was measured with so many threads
 */
export function chooseWay(
  ways: readonly SideBySide[],
  needs: (way: SideBySide) => RunNeeds,
  freeMemory: number,
): SideBySide {
  const [alone, ...others] = ways;
  let best = alone;
  let pace = 1 / needs(alone).seconds;
  for (const way of others) {
    const { seconds, memory } = needs(way);
    if (way.jobs * memory > MEMORY_SHARE * freeMemory) break;
    const gained = way.jobs / seconds;
    if (gained < LEAST_GAIN * pace) continue;
    best = way;
    pace = gained;
  }
  return best;
}
