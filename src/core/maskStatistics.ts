import {
  countUpper,
  descend,
  forEachChunk,
  KEY_CHUNK,
  keyAsFloat,
  newKeyScratch,
  type KeyPart,
  type KeyScratch,
} from './keyChunks.ts';

/** Parts among whose elements the k largest changes are chosen. */
export interface PartGroup {
  readonly parts: readonly KeyPart[];
  readonly k: number;
}

/** What the mask of the largest changes would be, without the mask itself. */
export interface MaskStatistics {
  /** The smallest |p - p0| in it: of several groups, in the one in which it is smallest. */
  readonly threshold: number;
  /** How many entries of each part it has, one group's parts after the other's (with those that equal the threshold: there may be a few more than k). */
  readonly byPart: readonly number[];
  /** Jaccard index with the mask of the statistics before: 1 where nothing changed. Undefined the first time. */
  readonly overlap?: number;
  readonly histogram: ChangeHistogram;
}

/** How many |p - p0| lie in [2^e, 2^(e + 1)): fixed bins, so that times can be compared. */
export interface ChangeHistogram {
  /** Exponent of the first bin; the first and the last one hold what lies beyond as well. */
  readonly first: number;
  readonly counts: readonly number[];
  /** Entries that have not moved. */
  readonly unmoved: number;
}

/** Exponents from 2^-40 (far below a rounding step of a weight) to 2^7. */
const FIRST = -40;
const BINS = 48;

export interface MaskMeter {
  measure(groups: readonly PartGroup[]): MaskStatistics;
  /** What it remembers of the mask that it saw last, one bit an entry of each part; undefined before the first. */
  readonly remembered: () => readonly Uint32Array[] | undefined;
  /** Goes on from what a meter remembered. */
  readonly remember: (marks: readonly Uint32Array[]) => void;
}

/** A meter that remembers one bit an entry of the mask that it saw last. Parts may grow at their end. */
export function newMaskMeter(): MaskMeter {
  const scratch = newKeyScratch();
  let before: readonly Uint32Array[] | undefined;
  return {
    remembered: () => before,
    remember(marks) {
      before = marks;
    },
    measure(groups) {
      const measured = groups.map((group) => measureGroup(group, scratch));
      const bits = measured.flatMap((group) => group.bits);
      const overlap = before === undefined ? undefined : jaccard(before, bits);
      before = bits;
      const byPart = bits.map((words) => words.reduce((sum, word) => sum + ones(word), 0));
      const leasts = measured.flatMap(({ least }) => (least === undefined ? [] : [least]));
      const threshold = leasts.length === 0 ? 0 : keyAsFloat(Math.min(...leasts));
      const histogram = addHistograms(measured.map((group) => group.histogram));
      return { threshold, byPart, histogram, ...(overlap === undefined ? {} : { overlap }) };
    },
  };
}

/** The elements of a group that are in the mask, and the smallest of their keys; undefined where there are none. */
function measureGroup(
  { parts, k }: PartGroup,
  scratch: KeyScratch,
): { bits: Uint32Array[]; least: number | undefined; histogram: ChangeHistogram } {
  const histogram = countAll(parts, scratch);
  const count = Math.min(
    k,
    histogram.counts.reduce((sum, n) => sum + n, 0),
  );
  if (count === 0) {
    const bits = parts.map(({ size }) => new Uint32Array(Math.ceil(size / 32)));
    return { bits, least: undefined, histogram };
  }
  const least = thresholdOf(parts, count, scratch);
  return { bits: parts.map((part) => marks(part, least, scratch)), least, histogram };
}

function addHistograms(all: readonly ChangeHistogram[]): ChangeHistogram {
  return {
    first: FIRST,
    counts: Array.from({ length: BINS }, (_, bin) => all.reduce((sum, { counts }) => sum + counts[bin], 0)),
    unmoved: all.reduce((sum, { unmoved }) => sum + unmoved, 0),
  };
}

/** Histogram of all changes; leaves their counts by upper bits in the scratch. */
export function changeHistogram(parts: readonly KeyPart[]): ChangeHistogram {
  return countAll(parts, newKeyScratch());
}

function countAll(parts: readonly KeyPart[], scratch: KeyScratch): ChangeHistogram {
  const unmoved = countUpper(parts, scratch);
  const counts = Array.from({ length: BINS }, () => 0);
  scratch.upper.forEach((count, bin) => {
    const exponent = (bin >>> 7) - 127;
    counts[Math.min(BINS - 1, Math.max(0, exponent - FIRST))] += count;
  });
  counts[0] -= unmoved;
  return { first: FIRST, counts, unmoved };
}

/** The k-th largest key, k being at least 1. */
function thresholdOf(parts: readonly KeyPart[], k: number, scratch: KeyScratch): number {
  const { kernels, keys, upper, lower } = scratch;
  const high = descend(upper, k);
  lower.fill(0);
  for (const part of parts) {
    forEachChunk(part, scratch, (_, count) => {
      kernels.countLower(keys.byteOffset, count, high.bin, lower.byteOffset);
    });
  }
  return high.bin * 0x10000 + descend(lower, high.rest).bin;
}

function marks(part: KeyPart, least: number, scratch: KeyScratch): Uint32Array {
  const { kernels, keys, found } = scratch;
  const words = new Uint32Array(Math.ceil(part.size / 32));
  forEachChunk(part, scratch, (start, count) => {
    const whole = Math.min(KEY_CHUNK, Math.ceil(count / 32) * 32);
    keys.fill(0, count, whole);
    kernels.markKeys(keys.byteOffset, whole, least, found.byteOffset);
    words.set(found.subarray(0, whole / 32), start / 32);
  });
  return words;
}

function jaccard(a: readonly Uint32Array[], b: readonly Uint32Array[]): number {
  let both = 0;
  let either = 0;
  b.forEach((words, part) => {
    const old = a[part] ?? new Uint32Array(0);
    words.forEach((word, i) => {
      const other = i < old.length ? old[i] : 0;
      both += ones(word & other);
      either += ones(word | other);
    });
  });
  return either === 0 ? 1 : both / either;
}

/** How many bits of a word are 1. */
function ones(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
