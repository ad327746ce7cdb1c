import { resolve } from 'node:path';
import { userError } from '../../core/errors/userError.ts';
import { loadTable } from '../../formats/table.ts';
import { repeatedAt } from './repeated.ts';
import type { SweepRows } from './schema.ts';

/** A row of a table: what its columns put in the place of `{column}`. */
export interface Row {
  /** What names, and the matrix, call it. */
  readonly label: string;
  readonly columns: Readonly<Record<string, string>>;
}

/**
 * The rows of a table, or of a list in the sweep; none where there is neither.
 * @param main column of names alone, and the one that labels a row; the first one where a table lacks it
 * @throws UserError of reading a table; `sweep-repeated` where a row stands in it twice
 */
export async function loadRows(
  written: SweepRows | undefined,
  main: string,
  folder: string,
): Promise<readonly Row[]> {
  if (written === undefined) return [];
  if (typeof written !== 'string') {
    return written.map((row) => rowOf(columnsOf(row, main), main));
  }
  const file = resolve(folder, written);
  const { rows } = await loadTable(file);
  const [at] = repeatedAt(rows.map(({ fields }) => fields));
  if (at !== undefined) {
    const { line, fields } = rows[at];
    const details = { field: written, value: JSON.stringify(rowOf(fields, main).label) };
    throw userError('sweep-repeated', details, { file, line });
  }
  return rows.map(({ fields }) => rowOf(fields, main));
}

/** The columns of a row as a sweep's own list has it: a name alone is the main one. */
export function columnsOf(
  row: string | Readonly<Record<string, string>>,
  main: string,
): Readonly<Record<string, string>> {
  return typeof row === 'string' ? { [main]: row } : row;
}

function rowOf(columns: Readonly<Record<string, string>>, main: string): Row {
  const [first = ''] = Object.values(columns);
  return { label: columns[main] ?? first, columns };
}

/** The columns of several rows together. */
export function joined(rows: readonly (Row | null)[]): Readonly<Record<string, string>> {
  return Object.fromEntries(rows.flatMap((row) => (row === null ? [] : Object.entries(row.columns))));
}

/** One row a run where there are none. */
export function orNone(rows: readonly Row[]): readonly (Row | null)[] {
  return rows.length === 0 ? [null] : rows;
}
