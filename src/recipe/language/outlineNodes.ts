import type { Path } from '../finding.ts';

/** Offsets in the text, the second one after the end. */
export type Span = readonly [number, number];

/** A text, number or word as it is written. */
export interface Scalar {
  readonly type: 'scalar';
  /** With its quotes. */
  span: Span;
  /** What stands between the quotes; of several lines only the first; empty for block scalars. */
  readonly text: string;
  /** How it starts: a quote, | or > of a block scalar, nothing. */
  readonly quote: '' | '"' | "'" | '|' | '>';
}

/** A group of fields or a list, as far as it is written. */
export interface Group {
  readonly type: 'group' | 'list';
  readonly style: 'block' | 'flow';
  /** With its brackets; of a block, use `endOf`. */
  span: Span;
  readonly entries: Entry[];
}

/** A field of a group, or an entry of a list. Without a key in a group: a word that may become a key or a value. */
export interface Entry {
  readonly key: Scalar | undefined;
  value: Scalar | Group | undefined;
  /** Offset of its key, its dash or its value. */
  readonly start: number;
}

/** A text and what it says. */
export interface Outline {
  readonly root: Group;
  readonly text: string;
}

/** An entry of an outline with where it stands. */
export interface Visited {
  /** From the top to the entry; of a word without a key in a group, to the group. */
  readonly path: Path;
  readonly entry: Entry;
  readonly holder: Group;
}

/** Deeper levels are read as if they were none; no field of a recipe lies that deep. */
export const maxDepth = 32;

/** A group or list without entries. */
export function group(type: Group['type'], style: Group['style'], span: Span): Group {
  return { type, style, span, entries: [] };
}

/** All entries in the order of the text. */
export function* visit(holder: Group, path: Path = []): Generator<Visited> {
  let index = 0;
  for (const entry of holder.entries) {
    const step = holder.type === 'list' ? index++ : entry.key?.text;
    const inner = step === undefined ? path : [...path, step];
    yield { path: inner, entry, holder };
    if (entry.value !== undefined && entry.value.type !== 'scalar') yield* visit(entry.value, inner);
  }
}

/** The first entry at a path. */
export function entryAt({ root }: Outline, path: Path): Entry | undefined {
  let holder: Group | undefined = root;
  let entry: Entry | undefined;
  for (const step of path) {
    entry =
      typeof step === 'number'
        ? holder?.entries[step]
        : holder?.entries.find(({ key }) => key?.text === step);
    const value: Entry['value'] = entry?.value;
    holder = value === undefined || value.type === 'scalar' ? undefined : value;
  }
  return entry;
}

/** The scalar that a field has as its value, on its line or alone on the next. */
export function scalarOf(entry: Entry | undefined): Scalar | undefined {
  const value = entry?.value;
  if (value === undefined || value.type === 'scalar') return value;
  const [only, more] = value.entries;
  if (value.type !== 'group' || value.style !== 'block' || more !== undefined) return undefined;
  return only?.key === undefined ? scalarOf(only) : undefined;
}

/** The names that a group holds. */
export function keysOf(holder: Group | undefined): readonly string[] {
  return (holder?.entries ?? []).flatMap(({ key }) => (key === undefined ? [] : [key.text]));
}

/** Offset after an entry's last character. */
export function endOf({ key, value, start }: Entry): number {
  if (value === undefined) return key === undefined ? start + 1 : key.span[1] + 1;
  if (value.type === 'scalar' || value.style === 'flow') return value.span[1];
  const last = value.entries.at(-1);
  return last === undefined ? start + 1 : endOf(last);
}

/** What stands between the quotes of a scalar, or all of it. */
export function innerSpan({ span, quote, text }: Scalar): Span {
  return quote === '"' || quote === "'" ? [span[0] + 1, span[0] + 1 + text.length] : span;
}

/** Offset of a line's end, before its line break. */
export function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  if (end < 0) return text.length;
  return end > at && text[end - 1] === '\r' ? end - 1 : end;
}

/** Blanks at the start of a line. */
export function indentAt(text: string, start: number): number {
  let at = start;
  while (text[at] === ' ' || text[at] === '\t') at++;
  return at - start;
}

/** Whether this is a blank, a line's end or the text's. */
export function blank(character: string | undefined): boolean {
  return character === undefined || ' \t\r\n'.includes(character);
}
