import { f1Of, type Hits, macroAverage, type Scores, scoresOf } from './scores.ts';

/** A label's name or its index. */
export type Label = string | number;

/** A sentence: a gold label for each word, and what the model says. */
export interface TaggedWords<L extends Label> {
  readonly gold: ArrayLike<L>;
  /** undefined or null for a word that the model never saw (cut off, no word piece): an error. */
  readonly predicted: ArrayLike<L | undefined | null>;
}

export interface TaggingReport<L extends Label> {
  /** Right words of all words; NaN if there is none. */
  readonly accuracy: number;
  /** Mean F1 of the labels that occur in gold or predicted, as scikit-learn computes it; NaN if there is none. */
  readonly macroF1: number;
  /** By label, ascending. */
  readonly labels: ReadonlyMap<L, Scores>;
}

/**
 * Token accuracy, and precision, recall and F1 of each label. A word without a prediction is an error of its gold label
 * and counts for no other.
 * @throws RangeError where a sentence has more or fewer predictions than words
 */
export function taggingReport<L extends Label>(units: readonly TaggedWords<L>[]): TaggingReport<L> {
  const hits = new Map<L, { correct: number; predicted: number; gold: number }>();
  const of = (label: L) => {
    const known = hits.get(label);
    if (known !== undefined) return known;
    const fresh = { correct: 0, predicted: 0, gold: 0 };
    hits.set(label, fresh);
    return fresh;
  };
  let words = 0;
  let correct = 0;
  for (const unit of units) {
    eachWord(unit, (gold, predicted) => {
      words++;
      of(gold).gold++;
      if (predicted !== undefined) of(predicted).predicted++;
      if (gold !== predicted) return;
      correct++;
      of(gold).correct++;
    });
  }
  const labels = new Map(
    [...hits].sort(([a], [b]) => compare(a, b)).map(([label, h]) => [label, scoresOf(h)]),
  );
  return { accuracy: correct / words, macroF1: macroAverage([...labels.values()]).f1, labels };
}

/**
 * Sufficient statistics of the accuracy by sentence: [right words, words].
 * @throws RangeError where a sentence has more or fewer predictions than words
 */
export function accuracyCounts<L extends Label>(units: readonly TaggedWords<L>[]): Float64Array[] {
  return units.map((unit) => {
    const counts = new Float64Array(2);
    eachWord(unit, (gold, predicted) => {
      if (gold === predicted) counts[0]++;
      counts[1]++;
    });
    return counts;
  });
}

/** Accuracy from a sum of `accuracyCounts`; NaN without a word. */
export function accuracyOf(counts: ArrayLike<number>): number {
  return counts[0] / counts[1];
}

/**
 * Sufficient statistics of macro-F1 by sentence: for each of `labels`, [right, predicted, gold]. Unless given they are those that
 * occur, ascending; counts of two models can be compared only if their labels are the same.
 * @throws RangeError where a sentence has more or fewer predictions than words
 */
export function macroF1Counts<L extends Label>(
  units: readonly TaggedWords<L>[],
  labels: readonly L[] = [...taggingReport(units).labels.keys()],
): Float64Array[] {
  const columns = new Map(labels.map((label, i) => [label, 3 * i]));
  return units.map((unit) => {
    const counts = new Float64Array(3 * labels.length);
    const add = (label: L, offset: number): void => {
      counts[(columns.get(label) ?? 0) + offset]++;
    };
    eachWord(unit, (gold, predicted) => {
      if (gold === predicted) add(gold, 0);
      if (predicted !== undefined) add(predicted, 1);
      add(gold, 2);
    });
    return counts;
  });
}

/**
 * Rows of `macroF1Counts` with the columns of `wanted`, among which all of `labels` are: a label that a model lacks is one that it
 * never says. So models that order or choose their labels otherwise have the same columns.
 */
export function macroF1CountsOver<L extends Label>(
  rows: readonly ArrayLike<number>[],
  labels: readonly L[],
  wanted: readonly L[],
): Float64Array[] {
  const columns = labels.map((label) => 3 * wanted.indexOf(label));
  return rows.map((row) => {
    const counts = new Float64Array(3 * wanted.length);
    for (const [i, column] of columns.entries()) {
      for (let offset = 0; offset < 3; offset++) counts[column + offset] = row[3 * i + offset];
    }
    return counts;
  });
}

/** Whether rows of `macroF1Counts`, one after the other and of the same labels, are about the same gold labels. */
export function haveSameGold(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  for (let i = 2; i < a.length; i += 3) if (a[i] !== b[i]) return false;
  return a.length === b.length;
}

/** Macro-F1 from a sum of `macroF1Counts`, over the labels that occur in it; NaN if there is none. */
export function macroF1Of(counts: ArrayLike<number>): number {
  let sum = 0;
  let occurring = 0;
  for (let i = 0; i < counts.length; i += 3) {
    const hits: Hits = { correct: counts[i], predicted: counts[i + 1], gold: counts[i + 2] };
    if (hits.predicted + hits.gold === 0) continue;
    sum += f1Of(hits);
    occurring++;
  }
  return sum / occurring;
}

/** @throws RangeError where there are more or fewer predictions than words */
export function checkLengths({ gold, predicted }: TaggedWords<Label>): void {
  if (gold.length === predicted.length) return;
  throw new RangeError(`${predicted.length} predictions for ${gold.length} words`);
}

function eachWord<L extends Label>(
  unit: TaggedWords<L>,
  visit: (gold: L, predicted: L | undefined) => void,
): void {
  checkLengths(unit);
  for (let i = 0; i < unit.gold.length; i++) visit(unit.gold[i], unit.predicted[i] ?? undefined);
}

function compare(a: Label, b: Label): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
