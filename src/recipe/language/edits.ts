import type { Path } from '../finding.ts';
import { endOf, type Entry, entryAt, type Group, lineEnd, type Outline, type Span } from './outlineNodes.ts';

/** A replacement in a text. */
export interface Edit {
  readonly span: Span;
  readonly text: string;
}

/** Takes out the entry at a path, with its line or its comma; a group that would be empty goes with it. */
export function removal(outline: Outline, path: Path): Edit | undefined {
  const entry = entryAt(outline, path);
  const above = path.slice(0, -1);
  const holder = above.length === 0 ? outline.root : entryAt(outline, above)?.value;
  if (entry === undefined || holder === undefined || holder.type === 'scalar') return undefined;
  if (holder.entries.length === 1 && above.length > 0) return removal(outline, above);
  if (holder.style === 'flow') return { span: withComma(entry, holder), text: '' };
  const { text } = outline;
  const start = lineStart(text, entry.start);
  if (text.slice(start, entry.start).trim() !== '') return undefined; // behind a dash
  const end = Math.min(text.length, lineEnd(text, endOf(entry)) + lineBreak(text).length);
  return { span: [start, end], text: '' };
}

/** Adds a field to the group at a path, which is made at the end of the recipe where there is none. */
export function addition(outline: Outline, path: Path, field: string): Edit | undefined {
  const { text, root } = outline;
  const line = lineBreak(text);
  if (path.length === 0) return root.style === 'flow' ? inFlow(root, text, field) : atEnd(text, line, field);
  const entry = entryAt(outline, path);
  if (entry === undefined) {
    if (path.length > 1 || root.style === 'flow') return undefined;
    return atEnd(text, line, `${path[0]}:${line}  ${field}`);
  }
  const { value } = entry;
  if (value === undefined) {
    const indent = text.slice(lineStart(text, entry.start), entry.start);
    return indent.trim() === '' ? insertion(endOf(entry), `${line}${indent}  ${field}`) : undefined;
  }
  if (value.type !== 'group') return undefined;
  if (value.style === 'flow') return inFlow(value, text, field);
  const last = value.entries.at(-1);
  if (last?.key === undefined) return undefined;
  const indent = last.start - lineStart(text, last.start);
  return insertion(lineEnd(text, endOf(last)), `${line}${' '.repeat(indent)}${field}`);
}

function atEnd(text: string, line: string, field: string): Edit {
  const open = text !== '' && !text.endsWith('\n');
  return insertion(text.length, `${open ? line : ''}${field}${line}`);
}

function insertion(at: number, text: string): Edit {
  return { span: [at, at], text };
}

function inFlow({ entries, span }: Group, text: string, field: string): Edit | undefined {
  if (text[span[1] - 1] !== '}') return undefined; // not closed yet
  const last = entries.at(-1);
  if (last === undefined) return { span: [span[0] + 1, span[1] - 1], text: ` ${field} ` };
  return insertion(endOf(last), `, ${field}`);
}

function withComma(entry: Entry, { entries }: Group): Span {
  const at = entries.indexOf(entry);
  const next = entries.at(at + 1);
  if (next !== undefined) return [entry.start, next.start];
  const last = at > 0 ? entries.at(at - 1) : undefined;
  return [last === undefined ? entry.start : endOf(last), endOf(entry)];
}

function lineStart(text: string, at: number): number {
  return at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
}

/** The line break that a text uses. */
export function lineBreak(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}
