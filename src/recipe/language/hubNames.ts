import { parseSftReference } from '../sftReference.ts';
import { type Completion, escapeSnippet } from './complete.ts';
import type { Cursor } from './cursor.ts';
import { addressOf, fieldAt } from './fields.ts';
import { kindOfFile } from './fileKinds.ts';
import { outlineOf } from './outline.ts';
import { entryAt, scalarOf } from './outlineNodes.ts';

/** A model of the Hub that a recipe may name. */
export interface HubName {
  /** `ID` or `ID@REVISION`. */
  readonly reference: string;
  readonly kind: 'base' | 'sft';
  /** A few words. */
  readonly detail: string;
  /** The base model of an SFT, where it is known. */
  readonly base: string | null;
}

/**
 * The models of the Hub that the field at the cursor may name, in their order, but of SFTs those of the recipe's base
 * first. They stand behind files.
 * @param text of the recipe
 * @param list is called only where one may stand
 */
export async function hubCompletions(
  cursor: Cursor,
  text: string,
  list: () => Promise<readonly HubName[]>,
): Promise<readonly Completion[]> {
  const { field: path, sort, siblings, replace, quoted, after } = cursor;
  const field = path === undefined ? undefined : fieldAt(sort.kind, path);
  if (path === undefined || field === undefined || !field.type.includes('text')) return [];
  const kind = kindOfFile(addressOf(path), sort);
  if (kind !== 'base' && kind !== 'sft') return [];
  const base = scalarOf(entryAt(outlineOf(text), ['base']))?.text;
  const isAlone = path.at(-1) === 'sft';
  return (await list()).flatMap((model, i): Completion[] => {
    if (model.kind !== kind) return [];
    const name = `hf:${model.reference}`;
    // A revision that is a number would be taken for the coefficient.
    const isMistaken = kind === 'sft' && !isAlone && parseSftReference(name).sft !== name;
    const value = isMistaken ? `${name}@1` : name;
    if (siblings.includes(value)) return [];
    const fits = base !== undefined && model.base !== null && nameOf(base) === model.base;
    return [
      {
        label: value,
        kind: 'value',
        detail: model.detail,
        documentation: '',
        insert: `${escapeSnippet(quoted ? value : plain(value))}${after}`,
        replace,
        filter: value,
        order: `2${fits ? '0' : '1'}${String(i).padStart(5, '0')}`,
        again: false,
      },
    ];
  });
}

/** What a base is called, by a name of the Hub or a path. */
function nameOf(base: string): string {
  const hub = /^hf:([^@]*)/.exec(base)?.[1];
  return hub ?? base.split('/').findLast((part) => part !== '') ?? base;
}

/** A name of the Hub needs no quotes in YAML but where it holds what nobody expects. */
function plain(value: string): string {
  return /^hf:[\w./@+-]+$/.test(value) ? value : JSON.stringify(value);
}
