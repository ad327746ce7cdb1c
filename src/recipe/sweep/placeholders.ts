import type { Place } from '../../core/errors/problem.ts';
import { userError } from '../../core/errors/userError.ts';
import { pathText, type Path } from '../finding.ts';
import { nearest } from '../nearest.ts';

const placeholder = /\{([A-Za-z_][\w-]*)\}/g;

/**
 * A value with `{column}` in its texts replaced by the columns of a table.
 * @param at path of the value, for messages
 * @throws UserError `sweep-placeholder` for a column that there is not
 */
export function fill(
  value: unknown,
  columns: Readonly<Record<string, string>>,
  at: Path,
  place: (path: Path) => Place,
): unknown {
  if (typeof value === 'string') return fillText(value, columns, at, place);
  if (Array.isArray(value)) return value.map((inner, i) => fill(inner, columns, [...at, i], place));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, fill(inner, columns, [...at, key], place)]),
  );
}

/** The same of a text. */
export function fillText(
  text: string,
  columns: Readonly<Record<string, string>>,
  at: Path,
  place: (path: Path) => Place,
): string {
  return text.replaceAll(placeholder, (_, name: string) => {
    if (Object.hasOwn(columns, name)) return columns[name];
    const known = Object.keys(columns);
    const near = nearest(name, known);
    const details = { name, field: pathText(at), columns: known };
    throw userError('sweep-placeholder', near === undefined ? details : { ...details, near }, place(at));
  });
}
