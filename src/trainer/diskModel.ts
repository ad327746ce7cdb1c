/** Entries by which the files of a run are sized. */
export interface StoredEntries {
  /** Of the largest full phase; 0 where there is none. */
  readonly full: number;
  /** Of mask and head in the last sparse phase; 0 where there is none. */
  readonly sparse: number;
  readonly mask: number;
  readonly dense: number;
  /** Entries that the SFT of a run without a mask holds: all that have moved. */
  readonly moved: number;
  readonly keepsBest: boolean;
  readonly steps: number;
}

/** Bytes of a run's files. */
export interface StoredBytes {
  readonly checkpoint: number;
  readonly best: number;
  readonly sft: number;
  readonly peak: number;
}

const FLOAT = 4;
const INDEX = 4;
/** A step's line in the record of events. */
const EVENT_BYTES = 350;

/** A checkpoint holds values and two moments of what trains, and the mask; the next one is written before the last one goes. */
export function storedBytes(stored: StoredEntries): StoredBytes {
  const { full, sparse, mask, dense, moved } = stored;
  const checkpoint = Math.max(3 * FLOAT * full, 3 * FLOAT * sparse + INDEX * mask);
  const best = stored.keepsBest ? FLOAT * Math.max(full, sparse) : 0;
  const sft = (FLOAT + INDEX) * (mask + moved) + FLOAT * dense;
  return { checkpoint, best, sft, peak: 2 * checkpoint + 2 * best + sft + EVENT_BYTES * stored.steps };
}
