import type { ChangeHistogram } from '../../src/protocol/events.ts';

/** About where the mask of the k largest |p - p0| would begin, as far as fixed bins tell it. */
export interface AboutThreshold {
  /** null where fewer than k entries have moved: then the mask has all of these. */
  readonly threshold: number | null;
  /** Entries that have moved. */
  readonly moved: number;
}

/**
 * Reads the threshold off a histogram. It is in the right bin, so at most twice or half of what it is exactly, and most often
 * nearer: within a bin, entries are taken to lie evenly on the logarithmic axis. A larger k never gives a larger threshold.
 */
export function aboutThreshold({ first, counts }: ChangeHistogram, k: number): AboutThreshold {
  const moved = counts.reduce((sum, n) => sum + n, 0);
  let above = 0;
  for (let bin = counts.length - 1; bin >= 0; bin--) {
    const entries = counts[bin] ?? 0;
    if (entries > 0 && above + entries >= k) {
      const share = Math.max(0, k - above) / entries;
      return { threshold: 2 ** (first + bin + 1 - share), moved };
    }
    above += entries;
  }
  return { threshold: null, moved };
}
