import { count, metricText, percent, table } from '../core/texts.ts';
import type {
  BarsBlock,
  CellOutcome,
  LabelsBlock,
  NotebookBlock,
  PlacesBlock,
  Staleness,
  TableField,
} from '../protocol/notebook.ts';
import { staleWords } from '../protocol/staleWords.ts';
import { strictColumns } from '../protocol/strictColumns.ts';

/** `text/plain` of what a cell gave, and what has changed since. */
export function outcomeText(outcome: CellOutcome, stale?: Staleness): string {
  const text = freshText(outcome);
  return stale === undefined ? text : `${staleWords(stale)}\n\n${text}`;
}

function freshText(outcome: CellOutcome): string {
  switch (outcome.state) {
    case 'interrupted':
      return 'interrupted';
    case 'failed': {
      const { what, advice } = outcome.problem;
      return `${what}\n${advice}`;
    }
    default:
      return outcome.output.blocks.map(blockText).join('\n\n');
  }
}

/** Examples that are shown as text; the data hold more. */
export const SHOWN_EXAMPLES = 5;

function blockText(block: NotebookBlock): string {
  switch (block.type) {
    case 'table':
      return titled(block.title, table([block.columns, ...block.rows.map((row) => row.map(fieldText))]));
    case 'text':
      return block.lines.map((line) => `${block.tone}: ${line}`).join('\n');
    case 'labels':
      return titled(block.title, table(labelRows(block.rows)));
    case 'confusion':
      return titled(
        block.title,
        table([
          ['gold \\ predicted', ...block.predicted.map(predictedName)],
          ...block.gold.map((name, g) => [name, ...block.counts[g].map(count)]),
        ]),
      );
    case 'examples': {
      const shown = block.examples.slice(0, SHOWN_EXAMPLES).map(({ place, items }) => {
        const rows = [items.map(({ text }) => text), items.map(({ gold }) => gold)];
        const predicted = items.map((item) => marked(item));
        return `${place}\n${aligned([...rows, predicted])}`;
      });
      const left = block.of - shown.length;
      return titled(block.title, [...shown, ...(left > 0 ? [`and ${count(left)} more`] : [])].join('\n\n'));
    }
    case 'curve':
      return titled(
        block.title,
        table([
          [block.x, block.metric, '95 % interval'],
          ...block.points.map(({ x, value, low, high }) => [
            String(x),
            figureText(block.metric, value),
            intervalText(block.metric, low, high),
          ]),
        ]),
      );
    case 'bars':
      return drawingText(block);
    case 'map':
      return titled(
        block.title,
        table([
          [`${block.y} \\ ${block.x}`, ...block.xs.map(String)],
          ...block.ys.map((y, i) => [
            String(y),
            ...block.values[i].map((value) => figureText(block.metric, value)),
          ]),
        ]),
      );
    case 'places':
      return titled(block.title, table(placesRows(block)));
    case 'claims':
      return block.claims
        .map(({ claim, holds, found }) => `${holds ? 'holds' : 'FAILS'}: ${claim}  (${found})`)
        .join('\n');
    default:
      return `${block.title}: too large for this file; kept in the cache as ${block.hash}`;
  }
}

/** A figure with its interval, or as it is written in tables: `-` where there was nothing to count. */
export function figureText(metric: string, value: number | null): string {
  return value === null ? '-' : metricText(metric, value);
}

export function intervalText(metric: string, low: number | null, high: number | null): string {
  return `${figureText(metric, low)} to ${figureText(metric, high)}`;
}

/** Rows of a table of labels, heading first. */
export function labelRows(rows: LabelsBlock['rows'], digits = 1): (readonly string[])[] {
  const strict = strictColumns(rows, digits);
  return [
    ['label', 'precision', 'recall', 'F1', ...strict.names, 'support'],
    ...rows.map((row) => [
      row.label,
      ...[row.precision, row.recall, row.f1].map((value) => percent(value, digits)),
      ...strict.fields(row),
      count(row.support),
    ]),
  ];
}

/** Rows of a map by layer and module, heading first. */
export function placesRows({ layers, modules, texts }: PlacesBlock): (readonly string[])[] {
  return [['layer', ...modules], ...layers.map((layer, row) => [layer, ...texts[row]])];
}

/** A column of a confusion matrix in words. */
export function predictedName(name: string): string {
  return name === '' ? '(not seen)' : name;
}

/** Something wrong is seen without colours. */
function marked({ gold, predicted }: { readonly gold: string; readonly predicted: string | null }): string {
  return gold === predicted ? gold : `*${predicted ?? '-'}`;
}

function fieldText({ text, strong, note }: TableField): string {
  return `${text}${strong === true ? ' *' : ''}${note === undefined ? '' : `  (${note})`}`;
}

function titled(title: string, text: string): string {
  return title === '' ? text : `${title}\n${text}`;
}

/** Words over their labels, in lines of at most a hundred characters. */
function aligned(rows: readonly (readonly string[])[]): string {
  const lines: string[] = [];
  let columns: string[][] = [];
  let width = 0;
  const finish = (): void => {
    const widths = columns.map((column) => Math.max(...column.map(({ length }) => length)));
    for (const r of rows.keys())
      lines.push(
        columns
          .map((column, c) => column[r].padEnd(widths[c]))
          .join(' ')
          .trimEnd(),
      );
    columns = [];
    width = 0;
  };
  for (const i of rows[0].keys()) {
    const column = rows.map((row) => row[i]);
    width += Math.max(...column.map(({ length }) => length)) + 1;
    columns.push(column);
    if (width > 100) finish();
  }
  if (columns.length > 0) finish();
  return lines.map((line) => `  ${line}`).join('\n');
}

/** In the place of a drawing, where there are none. */
export function drawingText({ title }: BarsBlock): string {
  return `${title}: drawn; the figures stand in the table before`;
}
