import { NO_TAG, taggingData } from '../data/tagging.ts';
import type { Tokenizer } from '../data/tokenizer/tokenizer.ts';
import type { TaggedSentence } from '../formats/columns.ts';
import type { TaggedFacts } from '../protocol/estimate.ts';
import { countPieces, newPieceCounts, ratio, sortedCounts } from './pieceCounts.ts';
import type { FactsAndLengths } from './recipeCounts.ts';

export interface TaggedFile {
  readonly file: string;
  readonly role: 'train' | 'validation';
  readonly sentences: readonly TaggedSentence[];
}

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
