/** How well one label, one type of span or an average of them is found; fractions. */
export interface Scores {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** How often it occurs in the gold data. */
  readonly support: number;
}

/** How often something was found rightly, was predicted, and is there; sums of these over units are again such counts. */
export interface Hits {
  readonly correct: number;
  readonly predicted: number;
  readonly gold: number;
}

/** 2PR / (P + R) from counts; 0 where nothing is predicted and nothing is there, as scikit-learn and seqeval have it. */
export function f1Of({ correct, predicted, gold }: Hits): number {
  return orZero(2 * correct, predicted + gold);
}

/** Precision, recall and F1 from counts; each is 0 where its denominator is. */
export function scoresOf(hits: Hits): Scores {
  return {
    precision: orZero(hits.correct, hits.predicted),
    recall: orZero(hits.correct, hits.gold),
    f1: f1Of(hits),
    support: hits.gold,
  };
}

/** The unweighted mean of each score; NaN where there is none, as in seqeval. The support is the sum. */
export function macroAverage(all: readonly Scores[]): Scores {
  return average(all, () => 1, Number.NaN);
}

/** The mean of each score weighted by support; 0 where the support is. The support is the sum. */
export function weightedAverage(all: readonly Scores[]): Scores {
  return average(all, ({ support }) => support, 0);
}

function average(all: readonly Scores[], weight: (scores: Scores) => number, ofNothing: number): Scores {
  const sum = (value: (scores: Scores) => number): number =>
    all.reduce((total, scores) => total + value(scores), 0);
  const weights = sum(weight);
  const mean = (of: 'precision' | 'recall' | 'f1'): number =>
    weights === 0 ? ofNothing : sum((scores) => weight(scores) * scores[of]) / weights;
  return {
    precision: mean('precision'),
    recall: mean('recall'),
    f1: mean('f1'),
    support: sum(({ support }) => support),
  };
}

function orZero(numerator: number, denominator: number): number {
  return denominator === 0 ? 0 : numerator / denominator;
}
