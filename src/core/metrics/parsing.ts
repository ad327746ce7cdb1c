import { type Scores, scoresOf } from './scores.ts';
import type { Label } from './tagging.ts';

/** A sentence: head (0 is the root, else the number of a word) and relation of each word, and what the model says. */
export interface ParsedWords<L extends Label> {
  readonly goldHeads: ArrayLike<number>;
  readonly goldRelations: ArrayLike<L>;
  /** undefined or null for a word that the model never saw (cut off, no word piece): an error. */
  readonly heads: ArrayLike<number | undefined | null>;
  readonly relations: ArrayLike<L | undefined | null>;
}

/**
 * Which words are scored: every one, or, as the reference does it, only those that do not hang on the root: there they
 * are neither trained nor scored.
 */
export type ScoredWords = 'all_words' | 'reference';

/** How well one relation is found: a word is right if its head and its relation are. */
export interface RelationScores extends Scores {
  /** Words of the relation with the right head, of all of its words; NaN where it only occurs among the predictions. */
  readonly uas: number;
}

export interface ParsingReport<L extends Label> {
  /** Words with the right head, of all words; NaN without a word. */
  readonly uas: number;
  /** Words with the right head and relation, of all words; NaN without a word. */
  readonly las: number;
  /** Words that were scored. */
  readonly words: number;
  /** By relation, ascending. */
  readonly relations: ReadonlyMap<L, RelationScores>;
}

/**
 * Attachment scores, and those of each relation.
 * @throws RangeError where a sentence has more or fewer predictions than words
 */
export function parsingReport<L extends Label>(
  units: readonly ParsedWords<L>[],
  scored: ScoredWords = 'all_words',
): ParsingReport<L> {
  const hits = new Map<L, { correct: number; predicted: number; gold: number; heads: number }>();
  const of = (relation: L) => {
    const known = hits.get(relation);
    if (known !== undefined) return known;
    const fresh = { correct: 0, predicted: 0, gold: 0, heads: 0 };
    hits.set(relation, fresh);
    return fresh;
  };
  let [words, heads, both] = [0, 0, 0];
  for (const unit of units) {
    eachWord(unit, scored, ({ rightHead, right, gold, predicted }) => {
      words++;
      of(gold).gold++;
      if (predicted !== undefined) of(predicted).predicted++;
      if (rightHead) {
        heads++;
        of(gold).heads++;
      }
      if (!right) return;
      both++;
      of(gold).correct++;
    });
  }
  const relations = [...hits]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([relation, h]): [L, RelationScores] => [relation, { ...scoresOf(h), uas: h.heads / h.gold }]);
  return { uas: heads / words, las: both / words, words, relations: new Map(relations) };
}

/**
 * Sufficient statistics of both attachment scores by sentence: [right heads, right heads with the right relation, words].
 * @throws RangeError where a sentence has more or fewer predictions than words
 */
export function attachmentCounts<L extends Label>(
  units: readonly ParsedWords<L>[],
  scored: ScoredWords = 'all_words',
): Float64Array[] {
  return units.map((unit) => {
    const counts = new Float64Array(3);
    eachWord(unit, scored, ({ rightHead, right }) => {
      if (rightHead) counts[0]++;
      if (right) counts[1]++;
      counts[2]++;
    });
    return counts;
  });
}

/** Unlabelled attachment score from a sum of `attachmentCounts`; NaN without a word. */
export function uasOf(counts: ArrayLike<number>): number {
  return counts[0] / counts[2];
}

/** Labelled attachment score from a sum of `attachmentCounts`; NaN without a word. */
export function lasOf(counts: ArrayLike<number>): number {
  return counts[1] / counts[2];
}

interface Word<L extends Label> {
  readonly gold: L;
  readonly predicted: L | undefined;
  readonly rightHead: boolean;
  readonly right: boolean;
}

function eachWord<L extends Label>(
  { goldHeads, goldRelations, heads, relations }: ParsedWords<L>,
  scored: ScoredWords,
  visit: (word: Word<L>) => void,
): void {
  const words = goldHeads.length;
  if (goldRelations.length !== words || heads.length !== words || relations.length !== words) {
    throw new RangeError(`${heads.length} heads and ${relations.length} relations for ${words} words`);
  }
  for (let i = 0; i < words; i++) {
    if (scored === 'reference' && goldHeads[i] === 0) continue;
    const predicted = relations[i] ?? undefined;
    const rightHead = goldHeads[i] === heads[i];
    visit({
      gold: goldRelations[i],
      predicted,
      rightHead,
      right: rightHead && goldRelations[i] === predicted,
    });
  }
}
