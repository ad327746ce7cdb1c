import { sumCounts } from './counts.ts';

export interface LanguageModelReport {
  /** Mean negative log-likelihood of a predicted word piece, in nats; NaN if there is none. */
  readonly loss: number;
  /** e to the power of the loss: for masked-language modelling that of the masked pieces alone. */
  readonly perplexity: number;
  /** Predicted word pieces. */
  readonly predicted: number;
}

/**
 * Mean loss and perplexity from the sum of losses and the number of predicted pieces of each unit (block or sentence). Every
 * piece weighs the same, however units differ in length; the rows are the statistics for `bootstrapInterval`.
 * @param units [sum, count] a row
 */
export function languageModelReport(units: readonly ArrayLike<number>[]): LanguageModelReport {
  const counts = sumCounts(units, 2);
  return { loss: meanLossOf(counts), perplexity: perplexityOf(counts), predicted: counts[1] };
}

/** Mean loss from a summed [sum, count]; NaN where the count is 0. */
export function meanLossOf(counts: ArrayLike<number>): number {
  return counts[0] / counts[1];
}

/** Perplexity from a summed [sum, count]; NaN where the count is 0. */
export function perplexityOf(counts: ArrayLike<number>): number {
  return Math.exp(meanLossOf(counts));
}
