import { basename, extname } from 'node:path';
import { userError } from '../../core/errors/userError.ts';
import { type ConlluSentence, parseConllu } from '../../formats/conllu.ts';
import { writeConllu, type WordValues } from '../../formats/conlluWriter.ts';
import { loadBytes } from '../../formats/lines.ts';
import { columnCounts, parsePlain, plainConllu } from '../../formats/plainSentences.ts';
import { fits } from '../../recipe/language/fileKinds.ts';
import type { PredictionFormat } from './predictionData.ts';

/** Sentences of a file: a treebank, a word a line, or (raw text, `.txt`) a sentence a line. */
export interface UnlabelledSentences {
  readonly sentences: readonly ConlluSentence[];
  /** What is kept of the file when it is written again. */
  readonly bytes: Uint8Array;
  readonly isTreebank: boolean;
  /** What was taken for granted, in sentences for the user. */
  readonly notes: readonly string[];
}

/** @throws UserError of reading, `predict-layout` */
export async function loadSentences(file: string): Promise<UnlabelledSentences> {
  const bytes = await loadBytes(file);
  if (extname(file).toLowerCase() === '.conllu')
    return { sentences: parseConllu(bytes, file), bytes, isTreebank: true, notes: [] };
  const inColumns = isColumnsText(bytes, file);
  const layout = fits('text', file) && !inColumns ? 'lines' : 'words';
  const filled = new TextEncoder().encode(plainConllu(parsePlain(bytes, file, layout)));
  const isKnown = layout === 'lines' || (fits('words', file) && !inColumns);
  const notes = isKnown ? [] : guessedNotes(bytes, file);
  return { sentences: parseConllu(filled, file), bytes: filled, isTreebank: false, notes };
}

/**
 * That a file whose ending says nothing is read as a word a line, where its lines hold more.
 * @throws UserError `predict-layout` where they hold now more, now less, as sentences do and columns do not
 */
function guessedNotes(bytes: Uint8Array, file: string): string[] {
  const counts = columnCounts(bytes, file);
  if (counts.size > 1) throw userError('predict-layout', { ending: extname(file) }, { file });
  if (counts.has(1)) return [];
  return [
    `${basename(file)} is read as a word a line, of which only the column of the words is looked at. ` +
      `If it is raw text, with a sentence a line, give it the ending ${extname(file) === '.txt' ? '.text' : '.txt'}.`,
  ];
}

/** Whether a `.txt` holds words with tags, a word a line, as many data sets do: all lines have two or four columns, and blank ones part sentences. */
function isColumnsText(bytes: Uint8Array, file: string): boolean {
  if (extname(file).toLowerCase() !== '.txt') return false;
  const [columns, ...others] = columnCounts(bytes, file);
  return others.length === 0 && (columns === 2 || columns === 4) && partsSentences(bytes);
}

/** Whether a blank line stands between others. */
function partsSentences(bytes: Uint8Array): boolean {
  return /\S[^\S\n]*\n\s*\n\s*\S/.test(new TextDecoder().decode(bytes));
}

/** A column that a model fills. */
export interface PredictedColumn {
  readonly column: keyof WordValues;
  /** What it is called in JSON, if not so. */
  readonly name?: string;
}

/**
 * Sentences with what a model says of their words: as CoNLL-U (a treebank keeps all else), as columns (word and `columns`), or as
 * an object a line.
 */
export function writeSentences(
  { sentences, bytes }: UnlabelledSentences,
  values: readonly (readonly (WordValues | undefined)[])[],
  columns: readonly PredictedColumn[],
  format: PredictionFormat,
): Uint8Array | string {
  if (format === 'conllu') return writeConllu(bytes, sentences, values);
  if (format === 'columns') {
    return sentences
      .map(({ words }, s) => {
        const rows = words.map(({ form }, w) =>
          [form, ...columns.map(({ column }) => values[s][w]?.[column] ?? '_')].join('\t'),
        );
        return `${rows.join('\n')}\n\n`;
      })
      .join('');
  }
  return jsonLines(
    sentences.map(({ words }, s) => ({
      words: words.map(({ form }) => form),
      ...Object.fromEntries(
        columns.map(({ column, name = column }) => [
          name,
          words.map((_, w) => values[s][w]?.[column] ?? null),
        ]),
      ),
    })),
  );
}

/** An object a line. */
export function jsonLines(rows: readonly unknown[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

/** @throws UserError `predict-format` unless it is JSON lines */
export function onlyJsonLines(format: PredictionFormat): void {
  if (format !== 'jsonl') throw userError('predict-format', { format, possible: ['jsonl'] });
}
