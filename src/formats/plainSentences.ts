import { userError } from '../core/errors/userError.ts';
import { readLines } from './lines.ts';

/** A sentence without labels: its words, and the line of its first one. */
export interface PlainSentence {
  readonly line: number;
  readonly forms: readonly string[];
}

/** `lines`: a sentence a line, its words between blanks; `words`: a word a line (its first column, or the second where lines are numbered), as
 * `parseColumns` reads it, but with any number of columns. */
export type PlainLayout = 'lines' | 'words';

/**
 * Sentences of a text without labels.
 * @throws UserError `data-file-empty`, `data-not-utf8`
 */
export function parsePlain(bytes: Uint8Array, file: string, layout: PlainLayout): PlainSentence[] {
  const lines = readLines(bytes, file);
  const sentences = layout === 'lines' ? byLines(lines) : byWords(lines);
  if (sentences.length === 0) throw userError('data-file-empty', { wanted: 'sentence' }, { file });
  return sentences;
}

/** How many columns the lines of a file with a word a line have: the numbers that occur. @throws UserError `data-not-utf8` */
export function columnCounts(bytes: Uint8Array, file: string): ReadonlySet<number> {
  const lines = readLines(bytes, file);
  const layout = wordLayout(lines);
  const words = lines.filter((text) => !endsSentence(text) && !isCommentIn(text, layout));
  return new Set(words.map((text) => split(text).length));
}

function byLines(lines: readonly string[]): PlainSentence[] {
  return lines.flatMap((text, i) => {
    const forms = text.split(/\s+/u).filter((form) => form !== '');
    return forms.length === 0 ? [] : [{ line: i + 1, forms }];
  });
}

function byWords(lines: readonly string[]): PlainSentence[] {
  const sentences: PlainSentence[] = [];
  let forms: string[] = [];
  let line = 1;
  const finish = (next: number) => {
    if (forms.length > 0) sentences.push({ line, forms });
    forms = [];
    line = next;
  };
  const layout = wordLayout(lines);
  for (const [i, text] of lines.entries()) {
    if (endsSentence(text)) finish(i + 2);
    else if (!isCommentIn(text, layout)) {
      const [first, second = first] = split(text);
      const form = layout.isNumbered ? second : first;
      if (form.trim() === '') finish(i + 2);
      else if (!layout.isNumbered || !isRange(first)) forms.push(form);
    }
  }
  finish(lines.length + 1);
  return sentences;
}

/** How a file with a word a line is laid out: whether its lines are numbered, and the columns of its first. */
interface WordLayout {
  readonly isNumbered: boolean;
  readonly columns: number;
}

function wordLayout(lines: readonly string[]): WordLayout {
  const words = lines.filter((text) => !endsSentence(text) && !text.startsWith('#'));
  return {
    // Of all lines: a number may be a word too.
    isNumbered: words.length > 0 && words.every((text) => /^\d+([-.]\d+)?[\t ]+[^\t ]/.test(text)),
    columns: words.length === 0 ? 1 : split(words[0]).length,
  };
}

/** A word may be `#`: then its line has as many columns as others, and is not `# key = value`. */
function isCommentIn(text: string, { isNumbered, columns }: WordLayout): boolean {
  if (!/^#(\s|$)/.test(text)) return false;
  const fields = split(text);
  return isNumbered || fields.length !== columns || (columns === 4 && fields[2] === '=');
}

/** Multi-word tokens and empty nodes are no words. */
function isRange(number: string): boolean {
  return /[-.]/.test(number);
}

function endsSentence(text: string): boolean {
  return text.trim() === '' || text.startsWith('-DOCSTART-');
}

function split(text: string): string[] {
  return text.includes('\t') ? text.trimEnd().split('\t') : text.trim().split(/ +/);
}

/** Sentences as CoNLL-U with nothing filled in. */
export function plainConllu(sentences: readonly PlainSentence[]): string {
  return sentences
    .map(({ forms }) => {
      const rows = forms.map((form, i) => [i + 1, form, ...Array.from({ length: 8 }, () => '_')].join('\t'));
      return [`# text = ${forms.join(' ')}`, ...rows, '', ''].join('\n');
    })
    .join('');
}
