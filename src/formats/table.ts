import { extname } from 'node:path';
import { parse, type CsvError } from 'csv-parse/sync';
import { userError } from '../core/errors/userError.ts';
import { loadBytes, readLines } from './lines.ts';

/** A row of a table; `line` counts from 1. */
export interface TableRow {
  readonly line: number;
  /** By the name of the column. Numbers and truth values of JSON as JSON writes them. */
  readonly fields: Readonly<Record<string, string>>;
}

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly TableRow[];
}

/**
 * A table with a header, by the file's ending: `.csv` (commas, quotes as in RFC 4180), `.jsonl` or `.json` (an object a
 * line), anything else as `.tsv` (tabs, no quotes, so that a text may hold any).
 * @throws UserError `data-file-empty`, `data-not-utf8`, `data-table-columns`, `data-table-csv`, `data-table-json`
 */
export function parseTable(bytes: Uint8Array, file: string): Table {
  const lines = readLines(bytes, file);
  const table = parseLines(lines, file);
  if (table.rows.length === 0) throw userError('data-file-empty', { wanted: 'row' }, { file });
  return table;
}

/**
 * The rows at the beginning of a table, from the text at the beginning of its file: what is cut off at its end is left
 * out. Undefined where this is no table of the file's ending with a column and a row.
 */
export function tableHead(head: string, file: string): Table | undefined {
  const text = head.replace(/^\uFEFF/, '');
  const whole = text.slice(0, Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1);
  const lines = whole.split(/\r\n?|\n/).slice(0, -1);
  if (lines.length === 0) return undefined;
  try {
    const table = extname(file).toLowerCase() === '.csv' ? csvHead(whole) : parseLines(lines, file);
    return table.rows.length === 0 ? undefined : table;
  } catch {
    return undefined; // whoever reads the file says what is wrong with it
  }
}

/** A cell of several lines may be cut off: what comes before it counts. */
function csvHead(text: string): Table {
  const records: string[][] = [];
  try {
    parse(text, { skip_empty_lines: true, on_record: (record: string[]) => void records.push(record) });
  } catch (error) {
    if ((error as Partial<CsvError>).code !== 'CSV_QUOTE_NOT_CLOSED') throw error;
  }
  const columns = records[0] ?? [];
  return {
    columns,
    rows: records.slice(1).map((record, i) => ({ line: i + 2, fields: named(columns, record) })),
  };
}

/** `parseTable` of a file on disk; throws what `loadBytes` throws, too. */
export async function loadTable(file: string): Promise<Table> {
  return parseTable(await loadBytes(file), file);
}

function parseLines(lines: readonly string[], file: string): Table {
  const ending = extname(file).toLowerCase();
  if (ending === '.jsonl' || ending === '.json') return parseJsonLines(lines, file);
  return ending === '.csv' ? parseCsv(lines, file) : parseTabs(lines, file);
}

function parseTabs(lines: readonly string[], file: string): Table {
  const columns = lines[0].split('\t');
  const rows: TableRow[] = [];
  for (const [i, text] of lines.entries()) {
    if (i === 0 || text.trim() === '') continue;
    const values = text.split('\t');
    if (values.length !== columns.length) {
      throw userError(
        'data-table-columns',
        { found: values.length, wanted: columns.length },
        { file, line: i + 1 },
      );
    }
    rows.push({ line: i + 1, fields: named(columns, values) });
  }
  return { columns, rows };
}

function parseCsv(lines: readonly string[], file: string): Table {
  try {
    const records = parse(lines.join('\n'), { info: true, skip_empty_lines: true }) as unknown as {
      readonly record: string[];
      readonly info: { readonly lines: number };
    }[];
    const columns = records[0]?.record ?? [];
    const rows = records.slice(1).map(({ record, info }) => ({
      // The parser tells the line on which a record ends.
      line: info.lines - (record.join('').split('\n').length - 1),
      fields: named(columns, record),
    }));
    return { columns, rows };
  } catch (error) {
    const { code, message, lines: line, record } = error as CsvError & { lines?: number; record?: string[] };
    const place = line === undefined ? { file } : { file, line };
    if (code === 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH') {
      // It tells how many are wanted in words alone.
      const wanted = Number(/expect (\d+)/.exec(message)?.[1] ?? NaN);
      throw userError('data-table-columns', { found: record?.length ?? 0, wanted }, place);
    }
    if (typeof code !== 'string') throw error;
    throw userError('data-table-csv', { reason: message.replace(/ at line \d+.*$/s, '') }, place);
  }
}

function parseJsonLines(lines: readonly string[], file: string): Table {
  const columns = new Set<string>();
  const rows: TableRow[] = [];
  for (const [i, text] of lines.entries()) {
    if (text.trim() === '') continue;
    const value = parseJson(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw userError('data-table-json', undefined, { file, line: i + 1 });
    }
    const fields: Record<string, string> = {};
    for (const [name, field] of Object.entries(value)) {
      if (field === null || typeof field === 'object') continue;
      columns.add(name);
      fields[name] = String(field);
    }
    rows.push({ line: i + 1, fields });
  }
  return { columns: [...columns], rows };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function named(columns: readonly string[], values: readonly string[]): Record<string, string> {
  return Object.fromEntries(columns.map((column, i) => [column, values[i] ?? '']));
}
