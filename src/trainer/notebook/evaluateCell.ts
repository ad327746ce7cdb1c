import { count } from '../../core/texts.ts';
import { referencesOf } from '../../notebook/cells/paths.ts';
import type { CellValue } from '../../notebook/cells/schema.ts';
import { figureText, intervalText } from '../../notebook/plainText.ts';
import type { CellOutput, NotebookBlock, NotebookFigure } from '../../protocol/notebook.ts';
import { bootstrapInterval } from '../../core/metrics/bootstrap.ts';
import type { Evaluated } from '../evaluator/evaluator.ts';
import { metricOf } from '../evaluator/metricOf.ts';
import { orNull } from '../evaluator/resultOf.ts';
import {
  cellEvaluator,
  type CellContext,
  type CellEvaluation,
  cellFiles,
  evaluateInCell,
  located,
  saidOf,
  settingOf,
  sharedLines,
  tunedMark,
} from './cellContext.ts';
import { otherMetrics, outcomeBlocks } from './outcomeBlocks.ts';
import { textBlock } from './textBlock.ts';

/** Evaluations whose labels, confusions and examples are shown; those of more would be read by nobody. */
const maxExplained = 12;

/** Compositions on data files: a table, then for each what explains it. */
export async function evaluateCell(context: CellContext, value: CellValue<'evaluate'>): Promise<CellOutput> {
  const evaluator = await cellEvaluator(context, value);
  context.meter.expect(Object.keys(value.compositions).length * [value.data].flat().length);
  const files = cellFiles(context, [value.data].flat());
  const rows: (CellEvaluation & { readonly system: string })[] = [];
  for (const [system, written] of Object.entries(value.compositions)) {
    const setting = settingOf(located(context, referencesOf(written)), value);
    for (const data of files) {
      const what = `${system} on ${data.name}`;
      const { sample } = value;
      rows.push({ system, ...(await evaluateInCell(context, evaluator, setting, data, { sample, what })) });
    }
  }
  const figures = rows.map(({ system, found, data, tuned }): NotebookFigure => {
    const metric = metricOf(found, value.metric);
    const { low, high } = intervalOf(found, metric);
    return {
      system,
      on: data.name,
      metric,
      value: orNull(found.metrics[metric]),
      low: orNull(low),
      high: orNull(high),
      seeds: 1,
      tuned,
    };
  });
  const { notes, warnings } = saidOf(rows.map(({ found }) => found));
  const explained = rows
    .slice(0, maxExplained)
    .flatMap(({ system, found, data }) => outcomeBlocks(found, `${system} on ${data.name}`));
  const lines = [
    ...(rows.some(({ tuned }) => tuned) ? [`${tunedMark}.`] : []),
    ...(rows.length > maxExplained
      ? [`Labels and examples of the first ${maxExplained} evaluations are shown.`]
      : []),
    ...(await sharedLines(context, rows)),
    ...notes,
  ];
  const blocks: NotebookBlock[] = [
    {
      type: 'table',
      title: '',
      columns: ['composition', 'data', 'metric', 'value', '95 % interval', 'examples', 'other metrics'],
      rows: figures.map(({ system, on, metric, value: figure, low, high, tuned }, i) =>
        [
          system,
          `${on}${rows[i].data.role === undefined ? '' : ` (${rows[i].data.role})`}`,
          metric,
          `${figureText(metric, figure)}${tuned ? ' †' : ''}`,
          intervalText(metric, low, high),
          count(rows[i].found.examples),
          otherMetrics(rows[i].found, metric),
        ].map((text) => ({ text })),
      ),
    },
    ...textBlock('warning', warnings),
    ...textBlock('note', lines),
    ...explained,
  ];
  return { kind: 'evaluate', blocks, figures, comparisons: [] };
}

/** The 95 % interval of any metric of an evaluation. */
export function intervalOf(
  found: Evaluated,
  metric: string,
): { readonly low: number; readonly high: number } {
  if (metric === found.metric) return found.interval();
  const { rows, score } = found.counts(metric);
  return bootstrapInterval(rows, score, { seed: 1 });
}
