import { userError } from '../core/errors/userError.ts';
import type { Table } from '../formats/table.ts';
import type { Example } from './example.ts';
import { renamed, type Renames } from './renames.ts';
import type { Tokenizer } from './tokenizer/tokenizer.ts';

/** Which columns of a table hold what. */
export interface ClassColumns {
  readonly text: string;
  /** The second text, where pairs are classified; null for single texts. */
  readonly pair: string | null;
  readonly label: string;
}

/** A text, or a pair of texts, with its label. */
export interface LabelledText {
  readonly line: number;
  readonly text: string;
  readonly pair: string | null;
  readonly label: string;
}

/** Texts as a model for sequence classification takes them. */
export interface ClassificationData {
  readonly labels: readonly string[];
  /** With the index of its label each. */
  readonly examples: readonly Example[];
  /** What is one unit to statistics has one number: a text, or all pairs with one first text. */
  readonly unitOf: readonly number[];
  /** Texts that did not fit and were cut. */
  readonly cutTexts: number;
}

/**
 * The texts and labels of a table. `rename` gives labels that are written otherwise here their usual names.
 * @throws UserError `data-no-column` with those that there are, `data-column-twice`; `data-no-text`, `data-no-label` for an empty one
 */
export function labelledTexts(
  { columns, rows }: Table,
  { text, pair, label }: ClassColumns,
  rename: Renames,
  file: string,
): LabelledText[] {
  const texts = unlabelledTexts({ columns, rows }, { text, pair }, file);
  if (!columns.includes(label))
    throw userError('data-no-column', { column: label, known: columns }, { file });
  refuseTwice(columns, label, file);
  return texts.map((one, i) => {
    const { line, fields } = rows[i];
    for (const [column, value] of [
      [text, one.text],
      [pair, one.pair],
    ] as const)
      if (value?.trim() === '') throw userError('data-no-text', { column: column ?? '' }, { file, line });
    const written = fields[label]?.trim() ?? '';
    if (written === '') throw userError('data-no-label', { column: label }, { file, line });
    return { ...one, label: renamed(written, rename) };
  });
}

/** The same of a table whose labels are not looked at. @throws UserError `data-no-column` */
export function unlabelledTexts(
  { columns, rows }: Table,
  { text, pair }: Pick<ClassColumns, 'text' | 'pair'>,
  file: string,
): Omit<LabelledText, 'label'>[] {
  for (const column of [text, ...(pair === null ? [] : [pair])]) {
    if (!columns.includes(column)) throw userError('data-no-column', { column, known: columns }, { file });
    refuseTwice(columns, column, file);
  }
  return rows.map(({ line, fields }) => ({
    line,
    text: fields[text] ?? '',
    pair: pair === null ? null : (fields[pair] ?? ''),
  }));
}

/** @throws UserError `data-column-twice`: nobody could say which of the two is meant */
function refuseTwice(columns: readonly string[], column: string, file: string): void {
  if (columns.indexOf(column) !== columns.lastIndexOf(column))
    throw userError('data-column-twice', { column }, { file, line: 1 });
}

/** The labels of texts, sorted by name. */
export function classLabels(texts: readonly LabelledText[]): string[] {
  return [...new Set(texts.map(({ label }) => label))].sort();
}

/**
 * Texts as examples for sequence classification; what exceeds `maxLength` pieces (special ones included) is cut, of a
 * pair the longer one first.
 * @param labels of the training data
 * @throws UserError `data-unknown-label` for a label that is not among `labels`, with its line; `data-max-length`
 */
export function classificationData(
  texts: readonly LabelledText[],
  labels: readonly string[],
  tokenizer: Tokenizer,
  { maxLength, file }: { readonly maxLength: number; readonly file: string },
): ClassificationData {
  const indexOf = new Map(labels.map((label, i) => [label, i]));
  let cutTexts = 0;
  const examples = texts.map(({ line, text, pair, label }): Example => {
    const index = indexOf.get(label);
    if (index === undefined) throw userError('data-unknown-label', { label, known: labels }, { file, line });
    const { ids, types, cut } = tokenizer.encodePair(text, pair, maxLength);
    if (cut) cutTexts++;
    return { ids, ...(types === undefined ? {} : { types }), labels: Int32Array.of(index) };
  });
  return { labels, examples, unitOf: unitsOf(texts), cutTexts };
}

function unitsOf(texts: readonly LabelledText[]): number[] {
  const firsts = new Map<string, number>();
  return texts.map(({ text, pair }, i) => {
    if (pair === null) return i;
    const first = firsts.get(text) ?? i;
    firsts.set(text, first);
    return first;
  });
}
