import { parseSftReference } from '../sftReference.ts';
import { sortOf } from './cursor.ts';
import { addressOf } from './fields.ts';
import { type FileKind, kindOfFile } from './fileKinds.ts';
import { outlineOf } from './outline.ts';
import { innerSpan, scalarOf, type Span, visit } from './outlineNodes.ts';

/** A file or folder that a recipe names, where it does. */
export interface NamedFile {
  readonly span: Span;
  readonly named: string;
  readonly kind: FileKind;
}

/** Nobody follows more links than this. */
const maxLinks = 500;

/** All files that a text names, whether they exist or not. */
export function namedFiles(text: string): readonly NamedFile[] {
  const outline = outlineOf(text);
  const sort = sortOf(outline);
  const found: NamedFile[] = [];
  for (const { path, entry } of visit(outline.root)) {
    const of = kindOfFile(addressOf(path), sort);
    const scalar = entry.value?.type === 'scalar' ? scalarOf(entry) : undefined;
    if (of === undefined || scalar === undefined || /[|>]/.test(scalar.quote) || scalar.text === '') continue;
    const isReference = of === 'sft' && typeof path.at(-1) === 'number';
    const named = isReference ? parseSftReference(scalar.text).sft : scalar.text;
    const [start] = innerSpan(scalar);
    found.push({ span: [start, start + named.length], named: unescaped(named, scalar.quote), kind: of });
    if (found.length === maxLinks) break;
  }
  return found;
}

function unescaped(text: string, quote: string): string {
  if (quote === "'") return text.replaceAll("''", "'");
  return quote === '"' ? text.replaceAll(/\\(["\\/])/g, '$1') : text;
}
