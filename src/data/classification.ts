import { userError } from '../core/errors/userError.ts';
import type { Table } from '../formats/table.ts';
import type { Example } from './example.ts';
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
  /** Texts that did not fit and were cut. */
  readonly cutTexts: number;
}

/**
 * The texts and labels of a table. `rename` gives labels that are written otherwise here their usual names.
 * @throws UserError `data-no-column` with those that there are, `data-no-label` for an empty one
 */
export function labelledTexts(
  { columns, rows }: Table,
  { text, pair, label }: ClassColumns,
  rename: Readonly<Record<string, string>>,
  file: string,
): LabelledText[] {
  for (const column of [text, label, ...(pair === null ? [] : [pair])]) {
    if (!columns.includes(column)) throw userError('data-no-column', { column, known: columns }, { file });
  }
  return rows.map(({ line, fields }) => {
    const written = fields[label]?.trim() ?? '';
    if (written === '') throw userError('data-no-label', { column: label }, { file, line });
    return {
      line,
      text: fields[text] ?? '',
      pair: pair === null ? null : (fields[pair] ?? ''),
      label: rename[written] ?? written,
    };
  });
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
  return { labels, examples, cutTexts };
}
