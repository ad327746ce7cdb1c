import { checkWidth } from '../metrics/counts.ts';

/** What was counted of each unit (sentence, pair, paragraph, document): rows of one width, one after the other. */
export interface CountTable {
  readonly units: number;
  readonly width: number;
  readonly rows: Float64Array;
}

/** Rows as `accuracyCounts`, `spanCounts`, ... make them. @throws RangeError for rows of unequal length */
export function countTable(units: readonly ArrayLike<number>[]): CountTable {
  const width = units.at(0)?.length ?? 0;
  const rows = new Float64Array(units.length * width);
  for (const [i, row] of units.entries()) {
    checkWidth(row, width);
    rows.set(row, i * width);
  }
  return { units: units.length, width, rows };
}

/** The sum of all rows; a metric's value is its score of this. */
export function sumRows({ units, width, rows }: CountTable): Float64Array {
  const sums = new Float64Array(width);
  for (let unit = 0, at = 0; unit < units; unit++) for (let i = 0; i < width; i++) sums[i] += rows[at++];
  return sums;
}

/**
 * Several models on the same units as one: the mean of their counts. So forks of one full phase become one seed.
 * @throws RangeError for tables of other units or width
 */
export function meanTable(tables: readonly CountTable[]): CountTable {
  const [{ units, width }] = tables;
  checkAlike(tables);
  const rows = new Float64Array(units * width);
  for (const table of tables) for (let i = 0; i < rows.length; i++) rows[i] += table.rows[i];
  if (tables.length > 1) for (let i = 0; i < rows.length; i++) rows[i] /= tables.length;
  return { units, width, rows };
}

/**
 * Tables on the same units side by side, so that a unit that is drawn is drawn in all of them.
 * @throws RangeError for tables of other units or width
 */
export function besideEachOther(tables: readonly CountTable[]): CountTable {
  const [{ units, width }] = tables;
  checkAlike(tables);
  const wide = width * tables.length;
  const rows = new Float64Array(units * wide);
  for (const [t, table] of tables.entries()) {
    for (let unit = 0; unit < units; unit++) {
      const from = unit * width;
      rows.set(table.rows.subarray(from, from + width), unit * wide + t * width);
    }
  }
  return { units, width: wide, rows };
}

function checkAlike(tables: readonly CountTable[]): void {
  const [{ units, width }] = tables;
  for (const table of tables) {
    if (table.units === units && table.width === width) continue;
    throw new RangeError(`${table.units} x ${table.width} counts beside ${units} x ${width}`);
  }
}
