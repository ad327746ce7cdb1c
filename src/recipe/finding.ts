import type { Problem } from '../core/errors/problem.ts';
import { type ErrorCode, type ErrorDetails, userError } from '../core/errors/userError.ts';

/** Keys and list indices from the top of a recipe to a value. */
export type Path = readonly (string | number)[];

/** A problem of a recipe: what it is, and at which value (or at which value's key) it lies. */
export interface Finding {
  readonly code: ErrorCode;
  readonly problem: Problem;
  readonly path: Path;
  readonly at: 'key' | 'value';
  /** What was probably meant, or what is missing: the name of a field, or a value. */
  readonly meant?: string;
}

/** The error `code` of the catalogue as a finding. */
export function finding<C extends ErrorCode>(
  code: C,
  details: ErrorDetails<C>,
  path: Path,
  at: 'key' | 'value' = 'value',
): Finding {
  const { problem } = userError(code, details);
  const meant = typeof details === 'object' && 'near' in details ? details.near : undefined;
  return { code, problem, path, at, ...(meant === undefined ? {} : { meant }) };
}

/** A path as one would write it: `apply[0].sft`. The top is "the recipe". */
export function pathText(path: Path): string {
  if (path.length === 0) return 'the recipe';
  return path
    .map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i === 0 ? '' : '.'}${part}`))
    .join('');
}

/** The value at a path, or undefined where there is none. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, part) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, part) ? Reflect.get(at, part) : undefined,
    value,
  );
}

/** A value in few words, for messages. */
export function describeValue(value: unknown): string {
  if (value === undefined || value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a group of fields';
  if (typeof value !== 'string') return `${value as number | boolean}`;
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);
}
