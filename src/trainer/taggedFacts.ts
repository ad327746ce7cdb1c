import { taggingData } from '../data/tagging.ts';
import type { Tokenizer } from '../data/tokenizer/tokenizer.ts';
import type { TaggedSentence } from '../formats/columns.ts';
import type { LabelCount, TaggedFacts } from '../protocol/estimate.ts';
import { countPieces, newPieceCounts } from './pieceCounts.ts';

export interface TaggedFile {
  readonly file: string;
  readonly role: 'train' | 'validation';
  readonly sentences: readonly TaggedSentence[];
}

/** Facts of a labelled file, and the lengths of its examples as training takes them. */
export interface FactsAndLengths<Facts> {
  readonly facts: Facts;
  /** Word pieces of each example; of a large file, of enough of them. */
  readonly lengths: readonly number[];
  /** Distinct word pieces. */
  readonly distinct: ReadonlySet<number>;
}

/** The tag of words that are left out. */
const NO_TAG = '_';

/**
 * What a labelled file is under a tokenizer; `labels` are the training data's.
 * @throws UserError `data-unknown-label`, `data-max-length`
 */
export function taggedFacts(
  { file, role, sentences }: TaggedFile,
  labels: readonly string[],
  tokenizer: Tokenizer,
  maxLength: number,
): FactsAndLengths<TaggedFacts> {
  const { examples, cutSentences, cutWords, wordsWithoutPieces } = taggingData(sentences, labels, tokenizer, {
    maxLength,
    file,
  });
  const counts = newPieceCounts();
  const tags = new Map<string, number>();
  let words = 0;
  for (const sentence of sentences) {
    const kept = sentence.words.filter(({ tag }) => tag !== NO_TAG);
    if (kept.length === 0) continue;
    words += kept.length;
    for (const { tag } of kept) tags.set(tag, (tags.get(tag) ?? 0) + 1);
    countPieces(counts, tokenizer.encodeWords(kept.map(({ form }) => form)).ids, tokenizer);
  }
  const all = sentences.reduce((sum, sentence) => sum + sentence.words.length, 0);
  return {
    facts: {
      type: 'tagged',
      file,
      role,
      sentences: sentences.length,
      words,
      untagged: all - words,
      pieces: counts.pieces,
      piecesPerWord: ratio(counts.pieces, words),
      unknownPieces: counts.unknown,
      unknownShare: ratio(counts.unknown, counts.pieces),
      longest: counts.longest,
      cut: cutSentences,
      cutWords,
      lostWords: wordsWithoutPieces,
      maxLength,
      labels: sortedCounts(tags),
    },
    lengths: examples.map(({ ids }) => ids.length),
    distinct: counts.distinct,
  };
}

/** The most frequent first; by name where two are equally frequent. */
function sortedCounts(tags: ReadonlyMap<string, number>): LabelCount[] {
  return [...tags]
    .map(([label, count]) => ({ label, count }))
    .sort((a, b) => b.count - a.count || (a.label < b.label ? -1 : 1));
}

/** 0 where there is nothing to divide by. */
export function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
