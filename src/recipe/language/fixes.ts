import type { Diagnostic } from '../check.ts';
import type { Path } from '../finding.ts';
import { keyText } from './complete.ts';
import { sortOf } from './cursor.ts';
import { addition, type Edit, lineBreak, removal } from './edits.ts';
import type { RecipeSort } from './fieldDefaults.ts';
import { addressOf, fieldAt } from './fields.ts';
import { outlineOf } from './outline.ts';
import { endOf, entryAt, innerSpan, type Outline, scalarOf } from './outlineNodes.ts';

/** A change that puts a problem right. */
export interface Fix {
  readonly title: string;
  readonly edits: readonly Edit[];
  /** Whether it is most likely what is wanted. */
  readonly preferred: boolean;
  /** Whether the edit's text is a snippet with places to be filled in. */
  readonly snippet: boolean;
}

/** More values than these are for completion. */
const maxChoices = 6;

/** What a language knows of its fields, as far as fixes need it. Paths are those of groups and fields in the text. */
export interface FixFields {
  /** Names of the fields that a group may have. */
  names(path: Path): readonly string[];
  /** The values that a field may have, where they are few. */
  choices(path: Path): readonly string[];
  /** A field of a group with a value to be filled in, as a snippet whose tabs are levels of indentation. */
  text(path: Path, name: string, block: boolean): string;
  /** Whether a field that belongs elsewhere may go there. */
  readonly moves: boolean;
}

/** What would put a problem of a recipe right, the likeliest first. */
export function fixesFor(text: string, problem: Diagnostic): readonly Fix[] {
  const outline = outlineOf(text);
  return fixesIn(outline, problem, recipeFields(sortOf(outline)));
}

/** What would put a problem of a text right, the likeliest first, by what its language knows. */
export function fixesIn(outline: Outline, problem: Diagnostic, fields: FixFields): readonly Fix[] {
  switch (problem.code) {
    case 'recipe-unknown-key':
    case 'sweep-unknown-key':
      return [...renamed(outline, problem, fields), ...removed(outline, problem.path)];
    case 'cell-kind':
      return renamed(outline, problem, fields);
    case 'recipe-choice':
      return chosen(outline, problem, fields);
    case 'recipe-missing':
      return added(outline, problem, fields);
    case 'recipe-either-or':
    case 'recipe-other-kind':
    case 'recipe-two-heads':
    case 'recipe-no-validation':
      return removed(outline, problem.path);
    default:
      return [];
  }
}

function recipeFields(sort: RecipeSort): FixFields {
  const { kind } = sort;
  return {
    names: (path) => (fieldAt(kind, path)?.fields ?? []).map(({ name }) => name),
    choices: (path) => fieldAt(kind, path)?.choices ?? [],
    text(path, name, block) {
      if (name === 'kind' && kind !== undefined) return `kind: ${kind}`;
      const field = fieldAt(kind, [...path, name]);
      return field === undefined ? '' : keyText(field, block, sort);
    },
    moves: true,
  };
}

function renamed(outline: Outline, { path, meant }: Diagnostic, fields: FixFields): Fix[] {
  const key = entryAt(outline, path)?.key;
  const above = path.slice(0, -1);
  if (meant === undefined || key === undefined) return [];
  if (!fields.names(above).includes(meant)) return fields.moves ? moved(outline, path, meant) : [];
  if (entryAt(outline, [...above, meant]) !== undefined) return [];
  return [fix(`Change to ${meant}`, [{ span: innerSpan(key), text: meant }], true)];
}

/** A field that belongs elsewhere goes there with its value, where that stands on one line. */
function moved(outline: Outline, path: Path, meant: string): Fix[] {
  const target = meant.split('.');
  const entry = entryAt(outline, path);
  const out = removal(outline, path);
  if (entry?.value === undefined || out === undefined || meant.includes('[')) return [];
  if (entryAt(outline, target) !== undefined) return [];
  const start =
    entry.value.type === 'scalar' || entry.value.style === 'flow' ? entry.value.span[0] : undefined;
  if (start === undefined) return [];
  const value = outline.text.slice(start, endOf(entry));
  const into = addition(outline, target.slice(0, -1), `${target.at(-1) ?? ''}: ${value}`);
  if (value.includes('\n') || into === undefined) return [];
  const apart = into.span[0] >= out.span[1] || into.span[1] <= out.span[0];
  return apart ? [fix(`Move to ${meant}`, [out, into], true)] : [];
}

function removed(outline: Outline, path: Path): Fix[] {
  const edit = removal(outline, path);
  const name = path.findLast((step) => typeof step === 'string');
  const scalar = typeof path.at(-1) === 'number' ? scalarOf(entryAt(outline, path)) : undefined;
  return edit === undefined ? [] : [fix(`Remove ${scalar?.text ?? name ?? ''}`, [edit], false)];
}

function chosen(outline: Outline, { path, meant }: Diagnostic, fields: FixFields): Fix[] {
  const scalar = scalarOf(entryAt(outline, path));
  const choices = fields.choices(path);
  if (scalar === undefined || /[|>]/.test(scalar.quote)) return [];
  const likely = meant !== undefined && choices.includes(meant) ? [meant] : [];
  return [...new Set([...likely, ...choices])]
    .slice(0, maxChoices)
    .map((choice) =>
      fix(`Change to ${choice}`, [{ span: innerSpan(scalar), text: choice }], choice === meant),
    );
}

function added(outline: Outline, { path, meant }: Diagnostic, fields: FixFields): Fix[] {
  if (meant === undefined || !fields.names(path).includes(meant)) return [];
  if (path.some((step) => typeof step === 'number')) return [];
  const block = path.length === 0 && outline.root.style === 'block';
  const text = fields.text(path, meant, block).replaceAll('\t', '  ');
  const first = outline.root.entries.at(0);
  const edit =
    meant === 'kind' && block && first !== undefined
      ? { span: [first.start, first.start] as const, text: `${text}${lineBreak(outline.text)}` }
      : addition(outline, path, text);
  return edit === undefined ? [] : [fix(`Add ${addressOf([...path, meant])}`, [edit], true, true)];
}

function fix(title: string, edits: readonly Edit[], preferred: boolean, snippet = false): Fix {
  return { title, edits, preferred, snippet };
}
