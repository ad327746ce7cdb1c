import { classUnits } from '../core/metrics/classes.ts';
import { languageModelReport, meanLossOf } from '../core/metrics/languageModel.ts';
import { spanCounts, spanF1Of, spanReport } from '../core/metrics/spans.ts';
import { marksSpans } from '../core/metrics/spanLabels.ts';
import { accuracyCounts, accuracyOf, taggingReport, type TaggedWords } from '../core/metrics/tagging.ts';
import { bootstrapInterval, type Interval } from '../core/metrics/bootstrap.ts';
import type { ClassificationData } from '../data/classification.ts';
import type { Example } from '../data/example.ts';
import type { TaggingData } from '../data/tagging.ts';
import type { Predictor } from './predictor.ts';
import type { Weights } from './weights.ts';

/** What an evaluation found. Metrics are fractions (accuracy 0.94), losses in nats. */
export interface Evaluation {
  /** The metric by which it is usually judged. */
  readonly metric: string;
  readonly metrics: Readonly<Record<string, number>>;
  /** Sentences, or blocks of text. */
  readonly examples: number;
  /** What is counted: words, or predicted word pieces. */
  readonly units: number;
  /** The 95 % bootstrap interval of `metric`, by resampling sentences; computed when it is asked for. */
  interval(): Interval;
}

const BOOTSTRAP_SEED = 1;

/** Tagging: word accuracy, macro-F1 and F1: seqeval's where labels mark spans, macro-F1 elsewhere. Lost words are errors. */
export async function evaluateTagging(
  predictor: Predictor,
  weights: Weights,
  data: Pick<TaggingData, 'labels' | 'examples' | 'words'>,
): Promise<Evaluation> {
  const tagged = await predictTags(predictor, weights, data);
  const spans = marksSpans(data.labels);
  const report = taggingReport(tagged);
  const f1 = spans ? spanReport(tagged).micro.f1 : report.macroF1;
  const words = tagged.reduce((sum, { gold }) => sum + gold.length, 0);
  return {
    metric: spans ? 'f1' : 'accuracy',
    metrics: { accuracy: report.accuracy, macroF1: report.macroF1, f1 },
    examples: data.examples.length,
    units: words,
    interval: () =>
      spans
        ? bootstrapInterval(spanCounts(tagged), spanF1Of, { seed: BOOTSTRAP_SEED })
        : bootstrapInterval(accuracyCounts(tagged), accuracyOf, { seed: BOOTSTRAP_SEED }),
  };
}

/** Classification: accuracy and macro-F1, which is `f1` too. */
export async function evaluateClassification(
  predictor: Predictor,
  weights: Weights,
  { labels, examples }: Pick<ClassificationData, 'labels' | 'examples'>,
): Promise<Evaluation> {
  const predicted = await predictClasses(predictor, weights, examples);
  const names = predicted.map((label) => labels[label]);
  const units = classUnits(
    examples.map((example) => labels[example.labels[0]]),
    names,
  );
  const { accuracy, macroF1 } = taggingReport(units);
  return {
    metric: 'accuracy',
    metrics: { accuracy, macroF1, f1: macroF1 },
    examples: examples.length,
    units: examples.length,
    interval: () => bootstrapInterval(accuracyCounts(units), accuracyOf, { seed: BOOTSTRAP_SEED }),
  };
}

/** Index of the likeliest label of each example. */
async function predictClasses(
  predictor: Predictor,
  weights: Weights,
  examples: readonly Example[],
): Promise<number[]> {
  const predicted = examples.map(() => 0);
  await predictor.logits(weights, examples, (example, _piece, logits) => {
    predicted[example] = largest(logits);
  });
  return predicted;
}

/** Gold and predicted label of each word; a word without a piece of its own has no prediction. */
async function predictTags(
  predictor: Predictor,
  weights: Weights,
  { labels, examples, words }: Pick<TaggingData, 'labels' | 'examples' | 'words'>,
): Promise<TaggedWords<string>[]> {
  const byPiece = examples.map(({ ids }) => new Int32Array(ids.length).fill(-1));
  await predictor.logits(weights, examples, (example, piece, logits) => {
    byPiece[example][piece] = largest(logits);
  });
  return words.map(({ gold, positions }, e) => ({
    gold: Array.from(gold, (label) => labels[label]),
    predicted: Array.from(positions, (at) => (at < 0 ? undefined : labels[byPiece[e][at]])),
  }));
}

/** Masked-language modelling: mean loss and perplexity of examples that are masked already. */
export async function evaluateLanguage(
  predictor: Predictor,
  weights: Weights,
  examples: readonly Example[],
): Promise<Evaluation> {
  const sums = await predictor.labelLosses(weights, examples);
  const units = examples.map((_, e) => sums.subarray(2 * e, 2 * e + 2));
  const { loss, perplexity, predicted } = languageModelReport(units);
  return {
    metric: 'loss',
    metrics: { loss, perplexity },
    examples: examples.length,
    units: predicted,
    interval: () => bootstrapInterval(units, meanLossOf, { seed: BOOTSTRAP_SEED }),
  };
}

function largest(values: Float32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}
