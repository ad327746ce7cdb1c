import { basename, dirname, resolve } from 'node:path';
import type { Place } from '../../core/errors/problem.ts';
import { type Diagnostic, inOrder, placeFinding, recipeError } from '../check.ts';
import { describeValue, type Finding, finding, type Path, pathText } from '../finding.ts';
import { formsAt, type KnownFields, type SchemaNode } from '../fields.ts';
import { explainIssue } from '../issues.ts';
import { nearest } from '../nearest.ts';
import { readYaml } from '../yamlTree.ts';
import { rangeValues } from './ranges.ts';
import { repeatedAt } from './repeated.ts';
import { columnsOf } from './rows.ts';
import { type Sweep, sweepJsonSchema, sweepSchema } from './schema.ts';

/** A sweep as it is written, and where its fields stand. */
export interface WrittenSweep {
  readonly file: string;
  /** Absolute path of the folder from which the sweep's paths start. */
  readonly folder: string;
  /** The file's name without .sweep.yaml. */
  readonly name: string;
  readonly sweep: Sweep;
  /** Where a field stands, or the nearest above it. */
  readonly place: (path: Path) => Place;
}

/** The problems of a sweep's text, in order of place; none if it is well-formed. Looks at no file. */
export function checkSweep(text: string, file: string): readonly Diagnostic[] {
  return read(text, file).diagnostics;
}

/** Reads a sweep's text. @throws UserError for all problems together, as `loadRecipe` does */
export function parseSweep(text: string, file: string): WrittenSweep {
  const { written, diagnostics } = read(text, file);
  if (written === undefined) throw recipeError(diagnostics, file);
  return written;
}

function read(
  text: string,
  file: string,
): { written: WrittenSweep | undefined; diagnostics: readonly Diagnostic[] } {
  const yaml = readYaml(text);
  const ofText = yaml.findings.map(({ finding: found, span }) =>
    placeFinding(found.code === 'recipe-empty' ? finding('sweep-empty', undefined, []) : found, span, yaml),
  );
  if (ofText.length > 0 && yaml.value === undefined) return { written: undefined, diagnostics: ofText };
  const { sweep, findings } = validate(yaml.value);
  const diagnostics = [
    ...ofText,
    ...findings.map((found) => placeFinding(found, yaml.locate(found.path, found.at), yaml)),
  ];
  if (sweep === undefined || ofText.length > 0)
    return { written: undefined, diagnostics: inOrder(diagnostics) };
  const path = resolve(file);
  const name = basename(path)
    .replace(/(\.sweep)?\.ya?ml$/i, '')
    .replaceAll(/[^\p{L}\p{M}\p{N}_.+-]/gu, '-')
    .slice(0, 100);
  return {
    diagnostics,
    written: {
      file,
      folder: dirname(path),
      name: name === '' ? 'sweep' : name,
      sweep,
      place: (at) => ({ file, line: yaml.position(yaml.locate(at, 'key')[0]).line }),
    },
  };
}

function validate(value: unknown): { sweep: Sweep | undefined; findings: Finding[] } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const details = { field: 'The sweep', expected: 'a group of fields', found: describeValue(value) };
    return { sweep: undefined, findings: [finding('recipe-type', details, [])] };
  }
  const result = sweepSchema.safeParse(value);
  const issues = result.error?.issues ?? [];
  const findings = [
    ...issues.flatMap((issue) => explainIssue(issue, value, sweepFields)).map(named),
    ...(result.data === undefined ? [] : rules(result.data)),
  ];
  return { sweep: findings.length === 0 ? result.data : undefined, findings };
}

/** What is missing at the top is missing in a sweep, and not in a recipe. */
function named(found: Finding): Finding {
  if (found.code !== 'recipe-missing' || found.path.length > 0) return found;
  const details = { field: found.meant ?? '', within: 'The sweep', expected: 'text or a group of fields' };
  return { ...finding('recipe-missing', details, [], 'key'), ...(found.meant && { meant: found.meant }) };
}

/** Where a sweep's fields are told apart, an unknown one is a finding of its own. */
const sweepFields: KnownFields = {
  at: fieldsAt,
  meant: (path, key) => nearest(key, fieldsAt(path)),
  foreign: unknownKey,
};

function unknownKey(path: Path, key: string): Finding {
  const known = fieldsAt(path);
  const near = nearest(key, known);
  const details = { key: key.slice(0, 60), known };
  return finding(
    'sweep-unknown-key',
    near === undefined ? details : { ...details, near },
    [...path, key],
    'key',
  );
}

/** The fields of a sweep's group, by its JSON Schema. */
function fieldsAt(path: Path): readonly string[] {
  const top = sweepJsonSchema() as SchemaNode;
  return formsAt(top, path).flatMap(({ properties = {} }) => Object.keys(properties));
}

/** What the schema cannot say. */
function rules({ vary = {}, seeds, search = 'grid', languages, tasks }: Sweep): Finding[] {
  const findings: Finding[] = [];
  const range = (field: string, reason: string) =>
    findings.push(finding('sweep-range', { field, reason }, ['vary', field]));
  for (const [field, values] of Object.entries(vary)) {
    if (Array.isArray(values)) {
      for (const at of repeatedAt(values)) findings.push(twice(field, values[at], ['vary', field, at]));
      continue;
    }
    const { from, to, steps, scale } = values;
    if (search === 'grid' && steps === undefined) range(field, 'a grid needs steps');
    if (scale === 'log' && !(from > 0 && to > 0)) range(field, 'scale: log needs numbers above 0');
    else if (from === to) range(field, 'both ends are the same');
    // What is drawn at random is drawn anew where it is known already.
    else if (search === 'grid' && steps !== undefined) {
      const all = rangeValues(values, steps);
      const [at] = repeatedAt(all);
      if (at !== undefined) range(field, `rounded, ${all[at]} is among its ${steps} values more than once`);
    }
  }
  if (vary.seed !== undefined && seeds !== undefined) {
    findings.push(finding('sweep-seed-twice', undefined, ['vary', 'seed'], 'key'));
  }
  for (const at of repeatedAt(seeds ?? [])) findings.push(twice('seeds', seeds?.[at], ['seeds', at]));
  for (const [field, main, list] of [
    ['languages', 'language', languages],
    ['tasks', 'task', tasks],
  ] as const) {
    if (!Array.isArray(list)) continue;
    const rows = list.map((row) => columnsOf(row, main));
    for (const at of repeatedAt(rows)) findings.push(twice(field, list[at], [field, at]));
  }
  return findings;
}

function twice(field: string, value: unknown, path: Path): Finding {
  const text = JSON.stringify(value).slice(0, 60);
  return finding('sweep-repeated', { field: pathText([field]), value: text }, path);
}
