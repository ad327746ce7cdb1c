import { type Label, type TaggedWords, type TaggingReport, taggingReport } from './tagging.ts';

/**
 * Accuracy, macro-F1 (over the labels that occur in gold or predicted, as scikit-learn computes it) and the scores of each
 * label, for one label a sequence.
 * @throws RangeError where there are more or fewer predictions than gold labels
 */
export function classReport<L extends Label>(
  gold: ArrayLike<L>,
  predicted: ArrayLike<L | undefined | null>,
): TaggingReport<L> {
  return taggingReport([{ gold, predicted }]);
}

/**
 * Each sequence as a unit of its own, for `accuracyCounts` and `macroF1Counts`.
 * @throws RangeError where there are more or fewer predictions than gold labels
 */
export function classUnits<L extends Label>(
  gold: ArrayLike<L>,
  predicted: ArrayLike<L | undefined | null>,
): TaggedWords<L>[] {
  if (gold.length !== predicted.length) {
    throw new RangeError(`${predicted.length} predictions for ${gold.length} sequences`);
  }
  return Array.from({ length: gold.length }, (_, i) => ({ gold: [gold[i]], predicted: [predicted[i]] }));
}
