import { count, metricText } from '../../core/texts.ts';
import type {
  ConfusionBlock,
  LabelsBlock,
  NotebookBlock,
  StrictScores,
  TextBlock,
} from '../../protocol/notebook.ts';
import type { Evaluation } from '../../training/evaluation.ts';
import { isWrong, type LabelOf, type Outcome } from '../evaluator/evaluationData.ts';
import type { Evaluated } from '../evaluator/evaluator.ts';

/** A confusion matrix of more labels than these says nothing to the eye. */
const maxLabels = 60;
const tooManyLabels = `There is no matrix of confusions, since there are more than ${maxLabels} labels: the examples show gold and predicted.`;

/** What explains a figure: scores of labels, confusions, examples gone wrong; nothing for a text that is read as it is needed. */
export function outcomeBlocks(found: Evaluated, title: string): NotebookBlock[] {
  const outcomes = found.outcomes();
  const wrong = outcomes.filter(isWrong);
  const among = outcomes.length < found.examples ? ` among the first ${count(outcomes.length)}` : '';
  const { labelOf } = found;
  const confusion =
    labelOf === undefined ? [] : confusionBlocks(outcomes, labelOf, `${title}: gold against predicted`);
  return [
    ...(found.byLabel === undefined
      ? []
      : [
          {
            type: 'labels' as const,
            title: `${title}: labels`,
            rows: labelScores(found),
          },
        ]),
    ...confusion,
    ...(wrong.length === 0
      ? []
      : [
          {
            type: 'examples' as const,
            title: `${title}: examples gone wrong${among}`,
            examples: wrong.map(({ place, items }) => ({
              place,
              items: items.map(({ text, gold, predicted }) => ({ text, gold, predicted })),
            })),
            of: wrong.length,
            ...(found.column === undefined ? {} : { column: found.column }),
          },
        ]),
  ];
}

/** Scores of each label or type of span, plain JSON; the strict ones beside them where there are any. */
export function labelScores({ byLabel = new Map(), byTypeStrict }: Evaluation): LabelsBlock['rows'] {
  return [...byLabel].map(([label, scores]) => ({
    label,
    ...finiteScores(scores),
    support: scores.support,
    ...(byTypeStrict === undefined ? {} : { strict: finiteScores(byTypeStrict.get(label) ?? NOTHING) }),
  }));
}

/** What strict scores of a type are of which only the lenient reading finds a span. */
const NOTHING: StrictScores = { precision: 0, recall: 0, f1: 0 };

function finiteScores({ precision, recall, f1 }: StrictScores): StrictScores {
  return { precision: finite(precision), recall: finite(recall), f1: finite(f1) };
}

/** How often each gold label was taken for which; a note where there are too many to be seen. */
function confusionBlocks(
  outcomes: readonly Outcome[],
  labelOf: LabelOf,
  title: string,
): (ConfusionBlock | TextBlock)[] {
  const counts = new Map<string, Map<string, number>>();
  const seen = new Set<string>();
  for (const { items } of outcomes) {
    for (const item of items) {
      const gold = labelOf(item.gold);
      const row = counts.get(gold) ?? new Map<string, number>();
      const name = item.predicted === null ? '' : labelOf(item.predicted);
      row.set(name, (row.get(name) ?? 0) + 1);
      counts.set(gold, row);
      seen.add(name);
    }
    if (counts.size > maxLabels || seen.size > maxLabels)
      return [{ type: 'text', tone: 'note', lines: [tooManyLabels] }];
  }
  if (counts.size === 0) return [];
  const gold = [...counts.keys()].sort();
  const named = [...new Set([...gold, ...[...seen].filter((name) => name !== '')])].sort();
  const predicted = seen.has('') ? [...named, ''] : named;
  return [
    {
      type: 'confusion',
      title,
      gold,
      predicted,
      counts: gold.map((name) => predicted.map((other) => counts.get(name)?.get(other) ?? 0)),
    },
  ];
}

/** The other metrics of an evaluation in a line. */
export function otherMetrics({ metrics }: Evaluated, metric: string): string {
  return Object.entries(metrics)
    .filter(([name]) => name !== metric)
    .map(([name, value]) => `${name} ${metricText(name, value)}`)
    .join(' · ');
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : 0;
}
