import type { Path } from '../finding.ts';
import { scriptOfTask } from '../scripts.ts';
import { metricsOfTask, type WrittenTags } from '../taskMetrics.ts';
import { type Kind, taskTypes } from '../types.ts';
import type { RecipeSort } from './fieldDefaults.ts';
import { outlineOf } from './outline.ts';
import {
  blank,
  type Entry,
  entryAt,
  type Group,
  indentAt,
  innerSpan,
  keysOf,
  lineEnd,
  type Outline,
  type Scalar,
  scalarOf,
  type Span,
  type Visited,
  visit,
} from './outlineNodes.ts';
import { cursorMark } from './tokens.ts';

/** Where in a recipe somebody types. */
export interface Cursor {
  /** The group whose field may stand here, and the names that it has already; undefined where none may. */
  readonly group: { readonly path: Path; readonly present: readonly string[] } | undefined;
  /** The field whose value may stand here; undefined where none may. */
  readonly field: Path | undefined;
  /** The word here, without quotes; a completion takes its place. */
  readonly replace: Span;
  /** The part of it before the cursor. */
  readonly typed: string;
  readonly quoted: boolean;
  /** Whether a colon follows, so that a name alone is wanted. */
  readonly named: boolean;
  /** What must stand between the word and what follows: a comma before a field, a blank before a comment. */
  readonly after: '' | ',' | ' ';
  /** Whether lines may follow that belong to it: in block style, at the start of a line. */
  readonly block: boolean;
  /** Values that the list holds in which the cursor is. */
  readonly siblings: readonly string[];
  readonly sort: RecipeSort;
}

/** Where the cursor is; undefined in comments and where nothing of a recipe can stand. */
export function cursorAt(text: string, offset: number): Cursor | undefined {
  const before = text.slice(0, offset);
  // A comment right behind the cursor stays one.
  const commented = text[offset] === '#' && blank(text[offset - 1]);
  const mark = commented ? `${cursorMark} ` : cursorMark;
  const outline = outlineOf(`${before}${mark}${text.slice(offset)}`);
  for (const visited of visit(outline.root)) {
    for (const scalar of [visited.entry.key, visited.entry.value]) {
      if (scalar?.type !== 'scalar' || offset < scalar.span[0] || offset >= scalar.span[1]) continue;
      return cursorIn(visited, scalar, { outline, offset, commented });
    }
  }
  return undefined;
}

/** What decides a recipe's fields and defaults, as far as it is written. */
export function sortOf(outline: Outline): RecipeSort {
  const preset = textAt(outline, ['preset']) === 'quick' ? 'quick' : undefined;
  const kind = kindOf(outline);
  if (kind === 'language') return { kind, preset, task: undefined, script: 'language' };
  const type = textAt(outline, ['task', 'type']);
  const task = taskTypes.find((known) => known === type);
  if (kind === undefined) return { kind, preset, task, script: undefined };
  const pairs = entryAt(outline, ['task', 'pair']) !== undefined;
  const metrics = metricsOfTask(task ?? 'tagging', tagsOf(outline));
  return { kind, preset, task, script: scriptOfTask(task, pairs), metrics };
}

function tagsOf(outline: Outline): WrittenTags {
  const labels = entryAt(outline, ['task', 'labels'])?.value;
  return {
    column: textAt(outline, ['task', 'column']),
    labels: labels?.type === 'list' ? labels.entries.map((entry) => scalarOf(entry)?.text) : undefined,
  };
}

function kindOf(outline: Outline): Kind | undefined {
  const kind = textAt(outline, ['kind']);
  if (kind === 'language' || kind === 'task') return kind;
  if (entryAt(outline, ['mlm']) ?? entryAt(outline, ['data', 'text'])) return 'language';
  return (entryAt(outline, ['task']) ?? entryAt(outline, ['data', 'train'])) ? 'task' : undefined;
}

function textAt(outline: Outline, path: Path): string | undefined {
  return scalarOf(entryAt(outline, path))?.text;
}

function cursorIn(
  { path, entry, holder }: Visited,
  scalar: Scalar,
  { outline, offset, commented }: { outline: Outline; offset: number; commented: boolean },
): Cursor | undefined {
  const { text } = outline;
  const inner = innerSpan(scalar);
  const isKey = entry.key === scalar;
  const inside = offset >= inner[0] && offset < inner[1];
  const lines = text.slice(...scalar.span).includes('\n');
  if (!inside || lines || scalar.quote === '|' || scalar.quote === '>') return undefined;
  const bare = !isKey && entry.key === undefined;
  const rest = isKey ? '' : restOfLine(text, scalar.span[1], holder.style);
  if (rest !== '' && !(holder.style === 'flow' && bare && holder.type === 'group')) return undefined;
  // Right behind a key's colon; a blank comes first.
  if (bare && holder.type === 'group' && text.slice(inner[0], offset).endsWith(':')) return undefined;
  // In a flow collection, after a comma only.
  const before = text.slice(0, scalar.span[0]).trimEnd().at(-1) ?? '';
  if (bare && holder.style === 'flow' && !'{[,'.includes(before)) return undefined;
  const groupPath = isKey ? path.slice(0, -1) : path;
  const firstOnLine = text.slice(text.lastIndexOf('\n', offset) + 1, scalar.span[0]).trim() === '';
  return {
    group: mayBeKey() ? { path: groupPath, present: present() } : undefined,
    field: mayBeValue() ? path : undefined,
    replace: [inner[0], inner[1] - 1],
    typed: text.slice(inner[0], offset),
    quoted: scalar.quote !== '',
    named: isKey,
    after: rest !== '' ? ',' : commented ? ' ' : '',
    block: holder.style === 'block' && firstOnLine,
    siblings: holder.type === 'list' ? holder.entries.flatMap((e) => scalarOf(e)?.text ?? []) : [],
    sort: sortOf(outline),
  };

  function mayBeKey(): boolean {
    if (isKey) return true;
    // Lines that are indented further belong to the field above, and would go to this one.
    if (holder.style === 'block' && indentBelow(text, offset) > column(entry)) return false;
    if (holder.style === 'block' && holder.entries.some((other) => column(other) !== column(entry)))
      return false;
    const isName = /^\w*$/.test(text.slice(offset + 1, inner[1]));
    if (!isName) return false;
    // After the dash of a list, a word may become the first field of a group.
    return bare && scalar.quote === '' && (holder.type === 'group' || holder.style === 'block');
  }

  function column({ start }: Entry): number {
    return start - (text.lastIndexOf('\n', start) + 1);
  }

  function mayBeValue(): boolean {
    if (isKey) return false;
    if (!bare || holder.type === 'list') return true;
    return holder !== outline.root && holder.style === 'block' && holder.entries.length === 1;
  }

  function present(): readonly string[] {
    const group: Group | undefined = holder.type === 'group' ? holder : undefined;
    return keysOf(group).filter((key) => !isKey || key !== scalar.text);
  }
}

/** What stands behind a value or word on its line, comments and what ends it in a flow collection aside. */
function restOfLine(text: string, at: number, style: Group['style']): string {
  const rest = text.slice(at, lineEnd(text, at)).trimStart();
  return rest.startsWith('#') || (style === 'flow' && ',}]'.includes(rest.charAt(0))) ? '' : rest;
}

/** The indentation of the next line that holds something. */
function indentBelow(text: string, offset: number): number {
  for (let at = lineEnd(text, offset) + 1; at < text.length; at = lineEnd(text, at) + 1) {
    const indent = indentAt(text, at);
    if (!blank(text[at + indent]) && text[at + indent] !== '#') return indent;
  }
  return 0;
}
