import type { Path } from '../finding.ts';
import { parseSftReference } from '../sftReference.ts';
import { sortOf } from './cursor.ts';
import { addressOf } from './fields.ts';
import { type FileKind, kindOfFile } from './fileKinds.ts';
import { outlineOf } from './outline.ts';
import { innerSpan, type Outline, scalarOf, type Span, visit } from './outlineNodes.ts';

/** A file or folder that a text names, where it does. */
export interface NamedFile {
  readonly span: Span;
  readonly named: string;
  readonly kind: FileKind;
}

/** What the text at a path names. */
export interface Naming {
  readonly kind: FileKind;
  /** A coefficient may follow: FILE@COEFFICIENT. */
  readonly isReference: boolean;
}

/** Nobody follows more links than this. */
const maxLinks = 500;

/** All files that a recipe names, whether they exist or not. */
export function namedFiles(text: string): readonly NamedFile[] {
  const outline = outlineOf(text);
  const sort = sortOf(outline);
  return namedIn(outline, (path) => {
    const kind = kindOfFile(addressOf(path), sort);
    if (kind === undefined) return undefined;
    return { kind, isReference: kind === 'sft' && typeof path.at(-1) === 'number' };
  });
}

/** All files that a text names, by what may stand at its paths. */
export function namedIn(
  { root }: Outline,
  namingAt: (path: Path) => Naming | undefined,
): readonly NamedFile[] {
  const found: NamedFile[] = [];
  for (const { path, entry } of visit(root)) {
    const scalar = entry.value?.type === 'scalar' ? scalarOf(entry) : undefined;
    if (scalar === undefined || /[|>]/.test(scalar.quote) || scalar.text === '') continue;
    const naming = namingAt(path);
    if (naming === undefined) continue;
    const { kind, isReference } = naming;
    const named = isReference ? parseSftReference(scalar.text).sft : scalar.text;
    const [start] = innerSpan(scalar);
    found.push({ span: [start, start + named.length], named: unescaped(named, scalar.quote), kind });
    if (found.length === maxLinks) break;
  }
  return found;
}

function unescaped(text: string, quote: string): string {
  if (quote === "'") return text.replaceAll("''", "'");
  return quote === '"' ? text.replaceAll(/\\(["\\/])/g, '$1') : text;
}
