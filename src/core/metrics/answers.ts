import type { AnswerWords } from '../answerNormalization.ts';
import { sumCounts } from './counts.ts';

/** A predicted answer and the right ones, of which any will do. */
export interface AnsweredQuestion {
  readonly predicted: string;
  readonly answers: readonly string[];
}

export interface AnswerReport {
  /** Questions with an answer that is one of the right ones, of all; NaN without a question. */
  readonly exactMatch: number;
  /** Mean over the questions of the F1 of words against the nearest right answer; NaN without a question. */
  readonly f1: number;
  readonly questions: number;
}

/** Exact match and F1 of words, as SQuAD 1.1 computes them; fractions. */
export function answerReport(units: readonly AnsweredQuestion[], wordsOf: AnswerWords): AnswerReport {
  const sums = sumCounts(answerCounts(units, wordsOf), 3);
  return { exactMatch: exactMatchOf(sums), f1: answerF1Of(sums), questions: units.length };
}

/** Sufficient statistics of both by question: [1 for an exact match, F1, 1]. A question without answers has nothing right. */
export function answerCounts(units: readonly AnsweredQuestion[], wordsOf: AnswerWords): Float64Array[] {
  return units.map(({ predicted, answers }) => {
    const found = wordsOf(predicted);
    const counts = Float64Array.of(0, 0, 1);
    for (const answer of answers) {
      const gold = wordsOf(answer);
      if (found.join(' ') === gold.join(' ')) counts[0] = 1;
      counts[1] = Math.max(counts[1], f1OfWords(found, gold));
    }
    return counts;
  });
}

/** Share of exact matches from a sum of `answerCounts`; NaN without a question. */
export function exactMatchOf(counts: ArrayLike<number>): number {
  return counts[0] / counts[2];
}

/** Mean F1 from a sum of `answerCounts`; NaN without a question. */
export function answerF1Of(counts: ArrayLike<number>): number {
  return counts[1] / counts[2];
}

/** F1 of the words that both have, each as often as both do; 0 where they share none, also if both are empty. */
function f1OfWords(found: readonly string[], gold: readonly string[]): number {
  const left = new Map<string, number>();
  for (const word of gold) left.set(word, (left.get(word) ?? 0) + 1);
  let same = 0;
  for (const word of found) {
    const count = left.get(word) ?? 0;
    if (count === 0) continue;
    left.set(word, count - 1);
    same++;
  }
  return same === 0 ? 0 : (2 * same) / (found.length + gold.length);
}
