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
