import type { Place, Problem } from '../core/errors/problem.ts';
import { type ErrorCode, UserError, userError } from '../core/errors/userError.ts';
import { describeValue, type Finding, finding, type Path } from './finding.ts';
import { fieldsOfRecipe } from './fields.ts';
import { explainIssue, wrongChoice } from './issues.ts';
import { crossFieldFindings } from './rules.ts';
import { type Recipe, recipeSchemas } from './schema.ts';
import type { Kind } from './types.ts';
import { readYaml, type YamlTree } from './yamlTree.ts';

/** A place in a text; lines and columns count from 1. */
interface Position {
  readonly line: number;
  readonly column: number;
}

/** A problem of a recipe with its place in the text, for an editor as for the command line. */
export interface Diagnostic {
  readonly code: ErrorCode;
  readonly problem: Problem;
  readonly start: Position;
  /** After the last character. */
  readonly end: Position;
  /** The field that it is about; empty for the whole recipe and its syntax. */
  readonly path: Path;
  /** What was probably meant, or what is missing: the name of a field, or a value. */
  readonly meant?: string;
}

/** A recipe as it is written, and where its fields stand. */
export interface WrittenRecipe {
  /** Path of the recipe file, as it was given. */
  readonly file: string;
  readonly recipe: Recipe;
  /** Where a field stands, or the nearest above it. */
  readonly place: (path: Path) => Place;
}

/** A recipe text read as far as it goes: the recipe where there is no problem, and the problems in order of place. */
export interface CheckedRecipe {
  readonly written: WrittenRecipe | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** What the YAML holds, well-formed or not; undefined where it cannot be read. */
  readonly value: unknown;
  /** A finding as a diagnostic of this text. */
  readonly diagnose: (finding: Finding) => Diagnostic;
}

/** The problems of a recipe's text, in order of place; none if it is well-formed. Looks at no file. */
export function checkRecipe(text: string, file: string): readonly Diagnostic[] {
  return readRecipe(text, file).diagnostics;
}

/** Reads a recipe's text. Looks at no file. Never throws. */
export function readRecipe(text: string, file: string): CheckedRecipe {
  const yaml = readYaml(text);
  const diagnose = (finding: Finding): Diagnostic =>
    placeFinding(finding, yaml.locate(finding.path, finding.at), yaml);
  const ofText = yaml.findings.map(({ finding, span }) => placeFinding(finding, span, yaml));
  if (ofText.length > 0 && yaml.value === undefined) {
    return { written: undefined, diagnostics: inOrder(ofText), value: undefined, diagnose };
  }
  const { recipe, findings } = checkRecipeValue(yaml.value);
  const written: WrittenRecipe | undefined =
    recipe === undefined || ofText.length > 0
      ? undefined
      : {
          file,
          recipe,
          place: (path) => ({ file, line: yaml.position(yaml.locate(path, 'key')[0]).line }),
        };
  const diagnostics = inOrder([...ofText, ...findings.map(diagnose)]);
  return { written, diagnostics, value: yaml.value, diagnose };
}

/**
 * The error for a recipe with problems: the first one, with file and line, and how many more there are.
 * All of them can be had from it with `recipeDiagnostics`.
 */
export function recipeError(diagnostics: readonly Diagnostic[], file: string): UserError {
  const [first, ...more] = inOrder(diagnostics);
  const where = { file, line: first.start.line };
  const error =
    more.length === 0
      ? new UserError(first.code, first.problem, where)
      : userError('recipe-problems', { first: first.problem, lines: more.map((d) => d.start.line) }, where);
  error.cause = diagnostics;
  return error;
}

/** All problems of the recipe that an error of `loadRecipe` stands for; empty for any other error. */
export function recipeDiagnostics(error: unknown): readonly Diagnostic[] {
  return error instanceof UserError && Array.isArray(error.cause) ? (error.cause as Diagnostic[]) : [];
}

/** What is wrong with a recipe that is there as plain values; the recipe where nothing is. Looks at no file. */
export function checkRecipeValue(value: unknown): { recipe: Recipe | undefined; findings: Finding[] } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const details = { field: 'The recipe', expected: 'a group of fields', found: describeValue(value) };
    return { recipe: undefined, findings: [finding('recipe-type', details, [])] };
  }
  const given: unknown = 'kind' in value ? value.kind : undefined;
  const kind = given === 'language' || given === 'task' ? given : probableKind(value);
  const result = recipeSchemas[kind].safeParse({ ...value, kind });
  const findings = [
    ...(given === kind ? [] : [wrongChoice(['kind'], given, ['language', 'task'])]),
    ...(result.error?.issues ?? []).flatMap((issue) => explainIssue(issue, value, fieldsOfRecipe(kind))),
    ...crossFieldFindings(value, kind),
  ];
  return { recipe: findings.length === 0 ? result.data : undefined, findings };
}

/** The kind that a recipe without one is checked as. */
function probableKind(value: object): Kind {
  const data: unknown = 'data' in value ? value.data : undefined;
  const text = typeof data === 'object' && data !== null && 'text' in data;
  return text || 'mlm' in value ? 'language' : 'task';
}

/** A finding as a diagnostic of the text in which it stands. */
export function placeFinding(
  { code, problem, path, meant }: Finding,
  [start, end]: readonly [number, number],
  yaml: YamlTree,
): Diagnostic {
  return {
    code,
    problem,
    start: yaml.position(start),
    end: yaml.position(Math.max(start, end)),
    path,
    ...(meant === undefined ? {} : { meant }),
  };
}

/** Problems in the order of their places. */
export function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...diagnostics].sort((a, b) => a.start.line - b.start.line || a.start.column - b.start.column);
}
