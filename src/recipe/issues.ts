import type * as z from 'zod';
import type { KnownFields } from './fields.ts';
import { describeValue, type Finding, finding, type Path, pathText, valueAt } from './finding.ts';
import { nearest } from './nearest.ts';

type Issue = z.core.$ZodIssue;

/** More unknown keys than this in one group are no typing errors; the others are not listed. */
const maxUnknownKeys = 100;

/** What zod has against a recipe or a cell, as findings in our words. `value` is the whole of it. */
export function explainIssue(issue: Issue, value: unknown, fields: KnownFields): Finding[] {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  const found = valueAt(value, path);
  if (issue.code === 'invalid_key') {
    const details = {
      field: pathText(path.slice(0, -1)),
      expected: issue.issues[0]?.message ?? 'another name',
      found: describeValue(path.at(-1)),
    };
    return [finding('recipe-key-form', details, path, 'key')];
  }
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.slice(0, maxUnknownKeys).map((key) => unknownKey(path, key, fields));
  }
  if (found === undefined && path.length > 0) return [missing(path, expected(issue))];
  if (issue.code === 'invalid_union') return explainUnion(issue, path, value, fields);
  if (issue.code === 'invalid_value') return [wrongChoice(path, found, issue.values.map(String))];
  if (issue.code === 'too_small' || issue.code === 'too_big') {
    const details = { field: pathText(path), expected: bound(issue), found: size(found) };
    return [finding('recipe-range', details, path)];
  }
  if (issue.code === 'invalid_format' && issue.format === 'regex') {
    const details = { field: pathText(path), expected: issue.message, found: describeValue(found) };
    return [finding('recipe-form', details, path)];
  }
  const details = { field: pathText(path), expected: expected(issue), found: describeValue(found) };
  return [finding('recipe-type', details, path)];
}

/** A wrong or missing word where there is a choice of few. */
export function wrongChoice(path: Path, found: unknown, choices: readonly string[]): Finding {
  if (found === undefined) return missing(path, choices.join(' or '));
  const near = typeof found === 'string' ? nearest(found, choices) : undefined;
  const details = { field: pathText(path), found: describeValue(found), choices };
  return finding('recipe-choice', near === undefined ? details : { ...details, near }, path);
}

function missing(path: Path, wanted: string): Finding {
  const within = path.slice(0, -1);
  const field = `${path.at(-1) ?? ''}`;
  const name = within.length === 0 ? 'The recipe' : pathText(within);
  const details = { field, within: name, expected: wanted };
  return { ...finding('recipe-missing', details, within, 'key'), meant: field };
}

function unknownKey(path: Path, key: string, fields: KnownFields): Finding {
  const foreign = fields.foreign?.(path, key);
  if (foreign !== undefined) return foreign;
  const near = fields.meant(path, key);
  const details = { key: key.slice(0, 60), within: pathText(path), known: fields.at(path) };
  return finding(
    'recipe-unknown-key',
    near === undefined ? details : { ...details, near },
    [...path, key],
    'key',
  );
}

/** The problems of the alternative that the value comes nearest to: the one whose type is right. */
function explainUnion(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  path: Path,
  value: unknown,
  fields: KnownFields,
): Finding[] {
  if ('options' in issue && Array.isArray(issue.options)) {
    return [wrongChoice(path, valueAt(value, path), issue.options.map(String))];
  }
  const meant = issue.errors.find(
    (issues) => !issues.some((inner) => inner.code === 'invalid_type' && inner.path.length === 0),
  );
  if (meant === undefined) {
    const details = {
      field: pathText(path),
      expected: expected(issue),
      found: describeValue(valueAt(value, path)),
    };
    return [finding('recipe-type', details, path)];
  }
  return meant.flatMap((inner) => explainIssue({ ...inner, path: [...path, ...inner.path] }, value, fields));
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of fields',
};

function expected(issue: Issue): string {
  if (issue.code === 'invalid_type') return typeNames[issue.expected] ?? issue.expected;
  if (issue.code === 'invalid_value') return issue.values.map(String).join(' or ');
  if (issue.code !== 'invalid_union') return 'a value';
  if ('options' in issue && Array.isArray(issue.options)) return issue.options.map(String).join(' or ');
  return [...new Set(issue.errors.flatMap((issues) => issues.slice(0, 1).map(expected)))].join(' or ');
}

function bound(issue: Extract<Issue, { code: 'too_small' | 'too_big' }>): string {
  const [limit, less, atLimit] =
    issue.code === 'too_small' ? [issue.minimum, 'above', 'at least'] : [issue.maximum, 'below', 'at most'];
  const unit =
    issue.origin === 'string' ? ' characters long' : issue.origin === 'array' ? ' entries long' : '';
  return `${issue.inclusive === false ? less : atLimit} ${limit}${unit}`;
}

function size(value: unknown): string {
  return Array.isArray(value) || typeof value === 'string' ? `${value.length}` : describeValue(value);
}
