import type { Place } from '../core/errors/problem.ts';
import { userError } from '../core/errors/userError.ts';
import { loadBytes, readLines } from './lines.ts';

/** A syntactic word of a treebank; `line` counts from 1, `head` is 0 at the root and -1 where it is not given. */
export interface ConlluWord {
  readonly line: number;
  readonly form: string;
  readonly lemma: string;
  readonly upos: string;
  readonly xpos: string;
  readonly feats: string;
  readonly head: number;
  readonly deprel: string;
}

/** A sentence of a treebank; `line` is that of its first word. */
export interface ConlluSentence {
  readonly line: number;
  readonly words: readonly ConlluWord[];
}

const COLUMNS = ['ID', 'FORM', 'LEMMA', 'UPOS', 'XPOS', 'FEATS', 'HEAD', 'DEPREL', 'DEPS', 'MISC'];

/**
 * The sentences of a CoNLL-U file. Comments, ranges of multi-word tokens (`3-4`) and empty nodes (`5.1`) are skipped.
 * @throws UserError `data-file-empty`, `data-not-utf8`, `data-conllu-columns`, `data-conllu-empty`,
 * `data-conllu-head`, `data-word-id`, all but the first with the line
 */
export function parseConllu(bytes: Uint8Array, file: string): ConlluSentence[] {
  const sentences: ConlluSentence[] = [];
  let words: ConlluWord[] = [];
  const finish = (): void => {
    const [first] = words;
    if (first === undefined) return;
    checkHeads(words, file);
    sentences.push({ line: first.line, words });
    words = [];
  };
  for (const [i, text] of readLines(bytes, file).entries()) {
    if (text.trim() === '') finish();
    else if (!text.startsWith('#')) {
      const word = parseWord(text, words.length + 1, { file, line: i + 1 });
      if (word !== undefined) words.push(word);
    }
  }
  finish();
  if (sentences.length === 0) throw userError('data-file-empty', { wanted: 'sentence' }, { file });
  return sentences;
}

/** `parseConllu` of a file on disk; throws what `loadBytes` throws, too. */
export async function loadConllu(file: string): Promise<ConlluSentence[]> {
  return parseConllu(await loadBytes(file), file);
}

/**
 * Whether the line with this id is the word number `expected` of its sentence; false for a range of words (`3-4`) or
 * an empty node (`5.1`).
 * @throws UserError `data-word-id` for anything else
 */
export function isWordId(id: string, expected: number, place: Place): boolean {
  if (id === String(expected)) return true;
  if (/^\d+[-.]\d+$/.test(id)) return false;
  throw userError('data-word-id', { id, expected }, place);
}

function parseWord(text: string, number: number, place: Place & { line: number }): ConlluWord | undefined {
  const fields = text.split('\t');
  if (fields.length !== COLUMNS.length) {
    throw userError('data-conllu-columns', { found: fields.length, line: text }, place);
  }
  const empty = fields.indexOf('');
  if (empty !== -1) throw userError('data-conllu-empty', { column: COLUMNS[empty] }, place);
  const [id = '', form = '', lemma = '', upos = '', xpos = '', feats = '', head = '', deprel = ''] = fields;
  if (!isWordId(id, number, place)) return undefined;
  if (head !== '_' && !/^\d{1,9}$/.test(head)) throw userError('data-conllu-head', { head }, place);
  return { line: place.line, form, lemma, upos, xpos, feats, head: head === '_' ? -1 : Number(head), deprel };
}

function checkHeads(words: readonly ConlluWord[], file: string): void {
  for (const { head, line } of words) {
    if (head <= words.length) continue;
    throw userError('data-conllu-head', { head: String(head), words: words.length }, { file, line });
  }
}
