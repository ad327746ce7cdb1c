import type { DensityTable, ParameterPlace } from '../../src/protocol/inspect.ts';
import type { DataTable, Datum } from '../ui/dataTable.ts';
import { count, percent } from '../ui/format.ts';
import type { GridPlace } from '../ui/gridKeys.ts';
import type { HeatCell, HeatMapProps } from '../ui/heatMap.ts';
import { columnLabel, rowLabel } from '../ui/placeNames.ts';
import { texts } from './texts.ts';

/** The map of an SFT, its head left out; of its sizes where they are known, else of K. */
export function densityMap(
  density: DensityTable,
  choose: (place: ParameterPlace) => void,
): HeatMapProps | null {
  const { rows, columns, cells } = withoutHead(density);
  const all = cells.reduce((sum, { entries }) => sum + entries, 0);
  if (all === 0) return null;
  const isKnown = knowsSizes(density);
  const shareOf = ({ entries, total }: (typeof cells)[number]) =>
    isKnown ? entries / Math.max(1, total ?? 1) : entries / all;
  const most = Math.max(...cells.map(shareOf), 1e-12);
  const say = isKnown ? texts.map.share : texts.map.shareOfK;
  return {
    label: texts.map.label,
    rows: rows.map(rowLabel),
    columns: columns.map(columnLabel),
    cells: cells.map((cell): HeatCell => {
      const { row, column, entries, total } = cell;
      const share = shareOf(cell);
      return {
        row: rows.indexOf(row),
        column: columns.indexOf(column),
        value: share,
        text: (100 * share).toFixed(1),
        words: texts.map.words(
          rowLabel(row).long,
          columnLabel(column).long,
          say(percent(share)),
          total === undefined
            ? texts.map.countsOfK(count(entries))
            : texts.map.counts(count(entries), count(total)),
        ),
      };
    }),
    most,
    ends: ['0 %', percent(most)],
    summary: texts.map.tip,
    choose: ({ row, column }) => choose({ row: rows[row], column: columns[column] }),
  };
}

/** Where a place stands on the map. */
export function cellOf(density: DensityTable, { row, column }: ParameterPlace): GridPlace {
  const { rows, columns } = withoutHead(density);
  return { row: rows.indexOf(row), column: columns.indexOf(column) };
}

/** The numbers of the map. */
export function densityData(density: DensityTable): DataTable {
  const { columns: names } = texts;
  return {
    columns: [
      { name: names.layer },
      { name: names.module },
      { name: names.entries, show: count },
      { name: names.total, show: count },
      { name: names.density, show: percent },
    ],
    rows: withoutHead(density).cells.map(({ row, column, entries, total, density: share }): Datum[] => [
      row,
      column,
      entries,
      total ?? null,
      share ?? null,
    ]),
  };
}

/** Whether the map can show shares of the modules, and not of K alone. */
export function knowsSizes(density: DensityTable): boolean {
  return withoutHead(density).cells.every(({ total }) => total !== undefined);
}

/** The head is stored whole: its density says nothing. */
function withoutHead({
  rows,
  columns,
  cells,
}: DensityTable): Pick<DensityTable, 'rows' | 'columns' | 'cells'> {
  const own = cells.filter(({ row, entries, total }) => row !== 'head' || entries !== total);
  return {
    rows: rows.filter((row) => own.some((cell) => cell.row === row)),
    columns: columns.filter((column) => own.some((cell) => cell.column === column)),
    cells: own,
  };
}
