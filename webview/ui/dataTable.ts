/** A value of a table: a number with all its digits, or text; null where there is none. */
export type Datum = number | string | null;

/** Rows under named columns: what a table on the page and a CSV file show alike. */
export interface DataTable {
  readonly columns: readonly DataColumn[];
  readonly rows: readonly (readonly Datum[])[];
}

export interface DataColumn {
  /** With its unit, such as `loss (nats)`. */
  readonly name: string;
  /** How the page shows a number; CSV has all digits. */
  readonly show?: (value: number) => string;
}

/** CSV after RFC 4180, with a heading; numbers with all their digits, nothing for null. */
export function toCsv({ columns, rows }: DataTable): string {
  const lines = [columns.map(({ name }) => name), ...rows].map((row) => row.map(csvField).join(','));
  return lines.map((line) => `${line}\r\n`).join('');
}

function csvField(value: Datum): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  // A spreadsheet would run what begins like a formula.
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A value as the page shows it. */
export function showDatum({ show }: DataColumn, value: Datum): string {
  if (value === null) return '–';
  return typeof value === 'number' ? (show?.(value) ?? String(value)) : value;
}
