import type { LabelCount } from '../protocol/estimate.ts';
import type { Tokenizer } from '../data/tokenizer/tokenizer.ts';

/** Counts of word pieces, as sentences or lines go by. */
export interface PieceCounts {
  /** Without the special pieces around a text. */
  pieces: number;
  unknown: number;
  /** Of the longest text, special pieces included. */
  longest: number;
  readonly distinct: Set<number>;
}

/** A word in a treebank is an object with its fields; in raw text it is its letters. */
export const WORD_BYTES = { tagged: 120, raw: 7 };
/** A word piece and its label. */
export const PIECE_BYTES = 8;

export function newPieceCounts(): PieceCounts {
  return { pieces: 0, unknown: 0, longest: 0, distinct: new Set() };
}

/** Adds the pieces of a text, special ones around it, which are not counted. */
export function countPieces(
  counts: PieceCounts,
  ids: Int32Array,
  { special, specialCount }: Pick<Tokenizer, 'special' | 'specialCount'>,
): void {
  counts.pieces += ids.length - specialCount;
  counts.longest = Math.max(counts.longest, ids.length);
  for (const id of ids) {
    if (id === special.unk) counts.unknown++;
    counts.distinct.add(id);
  }
}

/** The most frequent first; by name where two are equally frequent. */
export function sortedCounts(tags: ReadonlyMap<string, number>): LabelCount[] {
  return [...tags]
    .map(([label, count]) => ({ label, count }))
    .sort((a, b) => b.count - a.count || (a.label < b.label ? -1 : 1));
}

/** 0 where there is nothing to divide by. */
export function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

/** How many distinct word pieces files have together. */
export function distinctOf(files: readonly { readonly distinct: ReadonlySet<number> }[]): number {
  const all = new Set<number>();
  for (const { distinct } of files) for (const id of distinct) all.add(id);
  return all.size;
}
