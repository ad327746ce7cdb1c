import { f1Of, type Hits, macroAverage, type Scores, scoresOf, weightedAverage } from './scores.ts';
import { readSpans, type Span, type SpanMode } from './spanReader.ts';
import { checkLengths, type TaggedWords } from './tagging.ts';

export interface SpanReport {
  /** From the counts of all types together: the usual span F1. */
  readonly micro: Scores;
  /** Mean of the types; NaN if there is none, as in seqeval. */
  readonly macro: Scores;
  /** Mean of the types weighted by support. */
  readonly weighted: Scores;
  /** By type, ascending. */
  readonly types: ReadonlyMap<string, Scores>;
}

/**
 * Precision, recall and F1 of spans as seqeval 1.2 computes them; a span is right if its type and both of its ends are.
 * A word without a prediction is taken for `O`.
 * @throws RangeError where a sentence has more or fewer predictions than words; by a scheme, for a tag that starts
 *   with none of its prefixes
 */
export function spanReport(units: readonly TaggedWords<string>[], mode: SpanMode = 'lenient'): SpanReport {
  const { gold, predicted } = spansOf(units, mode);
  const names = new Set([...gold, ...predicted].flatMap((spans) => spans.map(({ type }) => type)));
  const types = new Map(
    [...names].sort().map((type) => {
      const ofType = (spans: readonly Span[]): Span[] => spans.filter((span) => span.type === type);
      return [type, scoresOf(sum(gold.map((spans, i) => match(ofType(spans), ofType(predicted[i])))))];
    }),
  );
  return {
    micro: scoresOf(sum(gold.map((spans, i) => match(spans, predicted[i])))),
    macro: macroAverage([...types.values()]),
    weighted: weightedAverage([...types.values()]),
    types,
  };
}

/**
 * Sufficient statistics of the (micro) span F1 by sentence: [right spans, predicted spans, gold spans].
 * @throws RangeError as `spanReport`
 */
export function spanCounts(
  units: readonly TaggedWords<string>[],
  mode: SpanMode = 'lenient',
): Float64Array[] {
  const { gold, predicted } = spansOf(units, mode);
  return gold.map((spans, i) => {
    const hits = match(spans, predicted[i]);
    return Float64Array.of(hits.correct, hits.predicted, hits.gold);
  });
}

/** Micro span F1 from a sum of `spanCounts`; 0 without a span. */
export function spanF1Of(counts: ArrayLike<number>): number {
  return f1Of({ correct: counts[0], predicted: counts[1], gold: counts[2] });
}

function spansOf(
  units: readonly TaggedWords<string>[],
  mode: SpanMode,
): { gold: Span[][]; predicted: Span[][] } {
  for (const unit of units) checkLengths(unit);
  return {
    gold: readSpans(
      units.map(({ gold }) => Array.from(gold)),
      mode,
    ),
    predicted: readSpans(
      units.map(({ predicted }) => Array.from(predicted, (tag) => tag ?? 'O')),
      mode,
    ),
  };
}

function key({ type, start, end }: Span): string {
  return `${start} ${end} ${type}`;
}

/** The spans of a sentence against the gold ones. */
function match(gold: readonly Span[], predicted: readonly Span[]): Hits {
  const there = new Set(gold.map(key));
  return {
    correct: predicted.filter((span) => there.has(key(span))).length,
    predicted: predicted.length,
    gold: gold.length,
  };
}

function sum(all: readonly Hits[]): Hits {
  const total = { correct: 0, predicted: 0, gold: 0 };
  for (const { correct, predicted, gold } of all) {
    total.correct += correct;
    total.predicted += predicted;
    total.gold += gold;
  }
  return total;
}
