import { count, differenceText, metricText, probabilityText, counted } from '../../core/texts.ts';
import type {
  NotebookBlock,
  NotebookComparison,
  NotebookFigure,
  TableBlock,
  TableField,
} from '../../protocol/notebook.ts';
import { orNull } from '../evaluator/resultOf.ts';
import { intervalText } from '../../notebook/plainText.ts';
import type { SystemFigure, TableStatistics } from './significance.ts';
import { tunedMark } from './cellContext.ts';
import { textBlock } from './textBlock.ts';

/** Names of a table's rows and systems. */
export interface TableNames {
  readonly title: string;
  /** What rows are: `language`, `file`. */
  readonly rowsAre: string;
  readonly rows: readonly string[];
  readonly systems: readonly string[];
  /** Examples of each row. */
  readonly examples: readonly number[];
}

/** The figures of a table with their significance, and what one must know to read them. */
export function tableBlocks(names: TableNames, statistics: TableStatistics): NotebookBlock[] {
  const { figures, comparisons } = statistics;
  const several = figures.flat().some(({ seeds }) => seeds > 1);
  const best = figures.flat().some((figure) => figure.best);
  const tuned = figures.flat().some((figure) => figure.tuned);
  const notes = [
    ...(several
      ? [`Mean ± standard deviation over ${Math.max(...figures.flat().map(({ seeds }) => seeds))} seeds.`]
      : []),
    ...(comparisons.length === 0 ? [] : [testNote(statistics, several)]),
    ...(best ? ['*: better than every other one of its row after Holm.'] : []),
    ...(tuned ? [`${tunedMark}; never marked as the best.`] : []),
  ];
  return [
    figureTable(names, statistics),
    ...(comparisons.length === 0 ? [] : [comparisonTable(names, statistics)]),
    ...textBlock('note', notes),
  ];
}

/** What expectations may ask of a table. */
export function tableFigures(
  { rows, systems }: Pick<TableNames, 'rows' | 'systems'>,
  { metrics, figures, comparisons }: TableStatistics,
): { readonly figures: NotebookFigure[]; readonly comparisons: NotebookComparison[] } {
  return {
    figures: figures.flatMap((row, r) =>
      row.map(({ value, interval, seeds, tuned }, s) => ({
        system: systems[s],
        on: rows[r],
        metric: metrics[r],
        value: orNull(value),
        low: orNull(interval.low),
        high: orNull(interval.high),
        seeds,
        tuned,
      })),
    ),
    comparisons: comparisons.map(({ row, a, b, difference, adjusted }) => ({
      a: systems[a],
      b: systems[b],
      on: rows[row],
      difference: orNull(difference),
      p: orNull(adjusted),
    })),
  };
}

function figureTable(names: TableNames, { metrics, figures }: TableStatistics): TableBlock {
  return {
    type: 'table',
    title: names.title,
    columns: [names.rowsAre, ...names.systems, 'examples'],
    rows: figures.map((row, r) => [
      { text: names.rows[r] },
      ...row.map((figure) => figureField(metrics[r], figure)),
      { text: count(names.examples[r]) },
    ]),
  };
}

/** A figure in a table: its interval is said beside it. */
export function figureField(
  metric: string,
  { value, deviation, interval, tuned, best }: SystemFigure,
): TableField {
  const spread = Number.isNaN(deviation) ? '' : ` ± ${metricText(metric, deviation)}`;
  const text = Number.isNaN(value) ? '-' : metricText(metric, value);
  return {
    text: `${text}${spread}${tuned ? ' †' : ''}`,
    ...(best ? { strong: true } : {}),
    note: intervalText(metric, orNull(interval.low), orNull(interval.high)),
  };
}

function comparisonTable(
  { rows, systems, rowsAre }: TableNames,
  { metrics, comparisons }: TableStatistics,
): TableBlock {
  return {
    type: 'table',
    title: 'Paired tests',
    columns: [rowsAre, 'comparison', 'difference', '95 % interval', 'p', 'Holm'],
    rows: comparisons.map(({ row, a, b, difference, interval, p, adjusted }) =>
      [
        rows[row],
        `${systems[a]} - ${systems[b]}`,
        differenceText(metrics[row], difference),
        `${differenceText(metrics[row], interval.low)} to ${differenceText(metrics[row], interval.high)}`,
        probabilityText(p),
        probabilityText(adjusted),
      ].map((text) => ({ text })),
    ),
  };
}

function testNote({ comparisons, resamples }: TableStatistics, several: boolean): string {
  const about = several
    ? 'seeds are resampled too, so it is about these ways of training'
    : 'with one seed, so it is about these very models';
  const size = counted(comparisons.length, 'comparison');
  return `Paired approximate randomisation on whole examples, R = ${count(resamples)}; ${about}. Holm over the whole table: ${size}.`;
}
