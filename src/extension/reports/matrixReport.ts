import { matrixRows, missingLines } from '../../protocol/matrixRows.ts';
import type { SweepMatrix } from '../../protocol/sweep.ts';
import { countText } from '../views/figures.ts';
import { escaped, markdownTable } from './markdown.ts';

const mostListed = 40;

/** The matrix of a sweep as a document, and what is missing in it. */
export function matrixReport(name: string, { cells, missing }: SweepMatrix): string {
  const { fields, columns, rows } = matrixRows(cells);
  const heads = [
    ...fields.map((field) => [escaped(field), 'left'] as const),
    ...columns.map((column) => [escaped(column), 'right'] as const),
  ];
  const listed = missingLines(missing, mostListed, escaped)
    .map((line) => `- ${line}`)
    .join('\n');
  return [
    `# ${escaped(name)}`,
    rows.length === 0
      ? 'No run is done yet.'
      : markdownTable(
          heads,
          rows.map((row) => row.map(escaped)),
        ),
    ...(cells.some(({ sd }) => sd !== null)
      ? ['Means ± standard deviations over seeds, how many in brackets; runs of one full phase count once.']
      : []),
    ...(missing.length === 0 ? [] : [`## ${countText(missing.length)} runs are not done`, listed]),
  ].join('\n\n');
}
