import type { Place } from '../core/errors/problem.ts';
import { userError } from '../core/errors/userError.ts';
import { isWordId } from './conllu.ts';
import { loadBytes, readLines } from './lines.ts';

/** A word with its tag; `line` counts from 1. */
export interface TaggedWord {
  readonly line: number;
  readonly form: string;
  readonly tag: string;
}

/** A sentence whose words have a tag each; `line` is that of its first word. */
export interface TaggedSentence {
  readonly line: number;
  readonly words: readonly TaggedWord[];
}

/**
 * How the lines of a file are laid out: `word tag`, `word part-of-speech chunk tag` (CoNLL 2003), or `number word tag ...` separated
 * by tabs (`.iob2`).
 */
type Layout = 'two' | 'four' | 'numbered';

const COLUMNS = { two: 2, four: 4 };
const CONLLU_COLUMNS = 10;

const DOCSTART = '-DOCSTART-';

/**
 * The sentences of a file with one word and its tag a line (IOB of named entities, parts of speech), a blank line
 * between two sentences. Word and tag are separated by a tab or blanks; of four columns, the tag is the last. Files whose lines are numbered and
 * separated by tabs (number, word, tag, anything) are recognised by their first word. `-DOCSTART-` lines and
 * comments (`# ...`, unless they are the word `#` with its tag) are skipped.
 * @throws UserError `data-file-empty`, `data-not-utf8`, `data-columns-count`, `data-word-id`
 */
export function parseColumns(bytes: Uint8Array, file: string): TaggedSentence[] {
  const sentences: TaggedSentence[] = [];
  let words: TaggedWord[] = [];
  const lines = readLines(bytes, file);
  const layout = layoutOf(lines);
  const finish = (): void => {
    const [first] = words;
    if (first === undefined) return;
    sentences.push({ line: first.line, words });
    words = [];
  };
  for (const [i, text] of lines.entries()) {
    if (text.trim() === '' || text.startsWith(DOCSTART)) finish();
    else if (!isComment(text, layout)) {
      const word = parseLine(text, layout, words.length + 1, { file, line: i + 1 });
      if (word !== undefined) words.push(word);
    }
  }
  finish();
  if (sentences.length === 0) throw userError('data-file-empty', { wanted: 'sentence' }, { file });
  return sentences;
}

/** `parseColumns` of a file on disk; throws what `loadBytes` throws, too. */
export async function loadColumns(file: string): Promise<TaggedSentence[]> {
  return parseColumns(await loadBytes(file), file);
}

function parseLine(
  text: string,
  layout: Layout,
  number: number,
  place: Place & { line: number },
): TaggedWord | undefined {
  const fields = split(text);
  const wrongCount =
    layout === 'numbered' ? fields.length < 3 || !text.includes('\t') : fields.length !== COLUMNS[layout];
  if (layout === 'numbered' && fields.length === CONLLU_COLUMNS)
    throw userError('data-columns-conllu', undefined, place);
  if (wrongCount || fields.includes('')) {
    throw userError(
      'data-columns-count',
      { found: fields.filter((field) => field !== '').length, line: text },
      place,
    );
  }
  if (layout === 'numbered' && !isWordId(fields[0], number, place)) return undefined;
  const [form = '', tag = ''] = layout === 'numbered' ? fields.slice(1) : [fields[0], fields.at(-1)];
  return { line: place.line, form, tag };
}

function layoutOf(lines: readonly string[]): Layout {
  const first = lines.find(
    (line) => line.trim() !== '' && !line.startsWith('#') && !line.startsWith(DOCSTART),
  );
  if (first === undefined) return 'two';
  if (/^1\t[^\t]+\t[^\t]/.test(first)) return 'numbered';
  return split(first).length === COLUMNS.four ? 'four' : 'two';
}

/**
 * The word `#` is not rare, so that a line which begins with it is a comment only where it cannot be that word: in a file whose lines
 * begin with a number, with another number of columns, or as `# key = value`.
 */
function isComment(text: string, layout: Layout): boolean {
  if (layout === 'numbered') return text.startsWith('#');
  if (!/^#(\s|$)/.test(text)) return false;
  const fields = split(text);
  return fields.length !== COLUMNS[layout] || (layout === 'four' && fields[2] === '=');
}

/** Where a line has tabs, only they separate columns, since a word may hold a blank. */
function split(text: string): string[] {
  return text.includes('\t') ? text.trimEnd().split('\t') : text.split(/ +/).filter((field) => field !== '');
}
