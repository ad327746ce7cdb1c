import { bootstrapInterval, type Interval } from '../core/metrics/bootstrap.ts';
import { classUnits } from '../core/metrics/classes.ts';
import { languageModelReport, meanLossOf, perplexityOf } from '../core/metrics/languageModel.ts';
import type { Scores } from '../core/metrics/scores.ts';
import { spanCounts, spanF1Of, spanReport } from '../core/metrics/spans.ts';
import { marksSpans, schemeOf } from '../core/metrics/spanLabels.ts';
import {
  accuracyCounts,
  accuracyOf,
  macroF1Counts,
  macroF1Of,
  taggingReport,
  type TaggedWords,
} from '../core/metrics/tagging.ts';
import type { Score } from '../core/statistics/systems.ts';
import { unitRows } from '../core/statistics/unitRows.ts';
import type { ClassificationData } from '../data/classification.ts';
import type { Example } from '../data/example.ts';
import type { TaggingData } from '../data/tagging.ts';
import type { Predictor } from './predictor.ts';
import {
  LOSS_COLUMNS,
  NO_PREDICTION,
  predictClasses,
  type Prediction,
  predictLosses,
  predictTags,
} from './predictions.ts';
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
  /** The 95 % bootstrap interval of `metric`, by resampling units (`UnitCounts`); computed when it is asked for. */
  interval(): Interval;
  /**
   * What was counted of each unit, for one of `metrics`: models that were evaluated on the same examples with the same labels,
   * in whatever order, have the same columns, so that they can be compared.
   */
  counts(metric: string): UnitCounts;
  /** Scores of each label, or of each type of span; undefined for language models. */
  readonly byLabel?: ReadonlyMap<string, Scores>;
  /** Scores of each type of span in seqeval's strict mode; undefined where there is no `f1Strict`. */
  readonly byTypeStrict?: ReadonlyMap<string, Scores>;
}

/** A metric as a function of sums over units. */
export interface UnitCounts {
  /**
   * One row a unit, of which one tells nothing of another: a sentence or text, all pairs of one premise, all questions about one
   * paragraph, a block of text.
   */
  readonly rows: readonly Float64Array[];
  readonly score: Score;
  /** Whose the columns are, three each as `macroF1Counts` has them, ascending; undefined where labels have none of their own. */
  readonly labels?: readonly string[];
}

/** With fewer units an interval covers the true figure in clearly fewer than 95 % of samples: in 90 % with 10, 81 % with 4, none with 1. */
const FEWEST_UNITS = 10;
/** So many examples may be questions about fewer paragraphs than that; with more, nobody looks. */
const LOOKED_AT = 1000;

/** What is to be said of an interval that few units were drawn for, in a sentence for the user. */
export function fewUnitsNote(found: Pick<Evaluation, 'metric' | 'examples' | 'counts'>): string[] {
  if (found.examples === 0 || found.examples > LOOKED_AT) return [];
  const units = found.counts(found.metric).rows.length;
  if (units === 0 || units >= FEWEST_UNITS) return [];
  const drawn =
    units === 1
      ? 'a single unit (a sentence, a text, a premise, a paragraph)'
      : `${units} units (sentences, texts, premises, paragraphs)`;
  return [`The interval is drawn from ${drawn}: with fewer than ${FEWEST_UNITS} it is too narrow.`];
}

const BOOTSTRAP_SEED = 1;

type TaggingInputs = Pick<TaggingData, 'labels' | 'examples' | 'words'>;
type ClassificationInputs = Pick<ClassificationData, 'labels' | 'examples'> &
  Partial<Pick<ClassificationData, 'unitOf'>>;

/**
 * Tagging: word accuracy, macro-F1 and F1: seqeval's where labels mark spans, macro-F1 elsewhere. Where they are in IOB1,
 * IOB2 or IOBES, `f1Strict` is that of seqeval's strict mode; whether in IOB1 or IOB2, the gold tags tell (`schemeOf`). Lost words
 * are errors.
 */
export async function evaluateTagging(
  predictor: Predictor,
  weights: Weights,
  data: TaggingInputs,
): Promise<Evaluation> {
  const all = [...data.examples.keys()];
  return scoreTags(data, all, await predictTags(predictor, weights, data, all));
}

/** The same from predictions of the chosen examples. */
export function scoreTags(
  { labels, words }: Pick<TaggingData, 'labels' | 'words'>,
  chosen: readonly number[],
  predictions: readonly Prediction[],
): Evaluation {
  const tagged = chosen.map((e, i) => ({
    gold: Array.from(words[e].gold, (label) => labels[label]),
    predicted: Array.from(predictions[i], (label) => (label === NO_PREDICTION ? undefined : labels[label])),
  }));
  const report = taggingReport(tagged);
  const spans = marksSpans(labels) ? spanReport(tagged) : undefined;
  // Of all words: how a file is written does not depend on which of its sentences are looked at.
  const scheme = schemeOf(
    labels,
    words.map(({ gold }) => Array.from(gold, (label) => labels[label])),
  );
  const strict = scheme === undefined ? undefined : spanReport(tagged, scheme);
  const { accuracy, macroF1 } = report;
  return fromCounts({
    metric: spans === undefined ? 'accuracy' : 'f1',
    metrics: {
      accuracy,
      macroF1,
      f1: spans === undefined ? macroF1 : spans.micro.f1,
      ...(strict === undefined ? {} : { f1Strict: strict.micro.f1 }),
    },
    examples: chosen.length,
    units: tagged.reduce((sum, { gold }) => sum + gold.length, 0),
    counts(metric) {
      if (metric === 'f1' && spans !== undefined) return { rows: spanCounts(tagged), score: spanF1Of };
      if (metric === 'f1Strict' && scheme !== undefined) {
        return { rows: spanCounts(tagged, scheme), score: spanF1Of };
      }
      return labelCounts(tagged, labels, metric);
    },
    byLabel: spans?.types ?? report.labels,
    ...(strict === undefined ? {} : { byTypeStrict: strict.types }),
  });
}

/** Classification: accuracy and macro-F1, which is `f1` too. */
export async function evaluateClassification(
  predictor: Predictor,
  weights: Weights,
  data: ClassificationInputs,
): Promise<Evaluation> {
  const all = [...data.examples.keys()];
  return scoreClasses(data, all, await predictClasses(predictor, weights, data.examples, all));
}

/** The same from predictions of the chosen texts. */
export function scoreClasses(
  { labels, examples, unitOf }: ClassificationInputs,
  chosen: readonly number[],
  predictions: readonly Prediction[],
): Evaluation {
  const units = classUnits(
    chosen.map((e) => labels[examples[e].labels[0]]),
    predictions.map(([label]) => labels[label]),
  );
  const { accuracy, macroF1, labels: byLabel } = taggingReport(units);
  return fromCounts({
    metric: 'accuracy',
    metrics: { accuracy, macroF1, f1: macroF1 },
    examples: chosen.length,
    units: chosen.length,
    counts: (metric) => labelCounts(units, labels, metric),
    ...(unitOf === undefined ? {} : { unitOf: chosen.map((e) => unitOf[e]) }),
    byLabel,
  });
}

/** Masked-language modelling: mean loss and perplexity of examples that are masked already. */
export async function evaluateLanguage(
  predictor: Predictor,
  weights: Weights,
  examples: readonly Example[],
): Promise<Evaluation> {
  return scoreLosses(await predictLosses(predictor, weights, examples, [...examples.keys()]));
}

/** The same from losses; what else a prediction holds is passed over. */
export function scoreLosses(predictions: readonly Prediction[]): Evaluation {
  const rows = predictions.map((row) => (row.length === LOSS_COLUMNS ? row : row.subarray(0, LOSS_COLUMNS)));
  const { loss, perplexity, predicted } = languageModelReport(rows);
  return fromCounts({
    metric: 'loss',
    metrics: { loss, perplexity },
    examples: rows.length,
    units: predicted,
    counts: (metric) => ({ rows, score: metric === 'perplexity' ? perplexityOf : meanLossOf }),
  });
}

/** What `fromCounts` makes an evaluation of: counts of each example, and which of them are one unit, if any are. */
type Counted = Omit<Evaluation, 'interval'> & { readonly unitOf?: readonly unknown[] };

/** An evaluation whose interval is that of its usual metric's counts. */
export function fromCounts({ unitOf, ...found }: Counted): Evaluation {
  const counts = (metric: string): UnitCounts => {
    const counted = found.counts(metric);
    return unitOf === undefined ? counted : { ...counted, rows: unitRows(counted.rows, unitOf) };
  };
  return {
    ...found,
    counts,
    interval() {
      const { rows, score } = counts(found.metric);
      return bootstrapInterval(rows, score, { seed: BOOTSTRAP_SEED });
    },
  };
}

function labelCounts(
  units: readonly TaggedWords<string>[],
  labels: readonly string[],
  metric: string,
): UnitCounts {
  if (metric === 'accuracy') return { rows: accuracyCounts(units), score: accuracyOf };
  // Models have their labels in orders of their own, and counts are compared column by column.
  const sorted = [...new Set(labels)].sort();
  return { rows: macroF1Counts(units, sorted), score: macroF1Of, labels: sorted };
}
