import { outlineOf } from './outline.ts';
import { endOf, type Entry, type Group, scalarOf, type Span } from './outlineNodes.ts';

/** A field or list entry in the outline of a recipe. */
export interface RecipeSymbol {
  readonly name: string;
  /** Its value in few words. */
  readonly detail: string;
  readonly kind: 'group' | 'list' | 'value';
  readonly span: Span;
  /** Its name, inside `span`. */
  readonly selection: Span;
  readonly children: readonly RecipeSymbol[];
}

/** An outline shows this many fields; more are no help. */
const maxSymbols = 2000;
const maxDetail = 60;

/** The fields of a recipe as a tree. */
export function symbolsOf(text: string): readonly RecipeSymbol[] {
  let left = maxSymbols;
  return below(outlineOf(text).root);

  function below(holder: Group): RecipeSymbol[] {
    return holder.entries.flatMap((entry, i) => symbol(entry, holder, i) ?? []);
  }

  function symbol(entry: Entry, holder: Group, i: number): RecipeSymbol | undefined {
    if (left-- <= 0) return undefined;
    const scalar = scalarOf(entry);
    const name = entry.key?.text ?? (holder.type === 'list' ? `${i + 1}` : (scalar?.text ?? ''));
    if (name.trim() === '') return undefined;
    const inner = scalar === undefined && entry.value?.type !== 'scalar' ? entry.value : undefined;
    const span: Span = [entry.start, Math.max(endOf(entry), entry.start)];
    return {
      name,
      detail: scalar === undefined || scalar.text === name ? '' : shortened(scalar.text),
      kind: inner?.type ?? 'value',
      span,
      selection: entry.key?.span ?? [entry.start, Math.min(entry.start + 1, span[1])],
      children: inner === undefined ? [] : below(inner),
    };
  }
}

function shortened(text: string): string {
  return text.length > maxDetail ? `${text.slice(0, maxDetail - 1)}\u2026` : text;
}
