import { basename, dirname } from 'node:path';
import { type Table, tableHead } from '../../formats/table.ts';
import type { RecipeTemplate } from '../../recipe/templates.ts';
import { guessColumns, hasHeader, holdsTexts, namesPair } from './tableColumns.ts';

/** What a data file looks like: a treebank, a word and a tag a line, a table, questions with answers, or raw text. */
export type DataKind = 'conllu' | 'columns' | 'table' | 'questions' | 'text';

export type Split = 'train' | 'validation' | 'test';

/** A file that could be trained on, and what its name says of it. */
export interface DataFile {
  readonly path: string;
  readonly kind: DataKind;
  /** Tag such as mt; null where the name does not tell. */
  readonly language: string | null;
  readonly split: Split | null;
  /** Of a table, its first rows. */
  readonly table?: Table;
}

/** Files with these endings are looked at. */
export const dataPatterns = '**/*.{conllu,txt,tsv,csv,jsonl,iob,iob2,bio,conll}';

/** The same for question answering: elsewhere nobody wants to see a project's JSON files. */
export const questionPatterns = '**/*.json';

/** From what a task, or a language, is learned; the first is what a file that does not look like any is taken for. */
const wanted: Readonly<Record<RecipeTemplate, readonly DataKind[]>> = {
  language: ['text'],
  pos: ['columns', 'conllu'],
  ner: ['columns'],
  parsing: ['conllu'],
  nli: ['table'],
  sentiment: ['table'],
  qa: ['questions'],
};

/** Folders of programs, and of what runs leave behind. */
export const unwantedFolders = '**/{node_modules,.git,.venv,venv,__pycache__,runs}/**';

/** Texts that no one trains on: of programs, and of model folders. */
const otherTexts =
  /^(readme|license|licence|notice|copying|changelog|requirements.*|vocab|merges|cmakelists|robots)\.txt$/i;

/** Whether a file is, by its name, a text of a program or a model folder and no data. */
export function isOtherText(path: string): boolean {
  return otherTexts.test(basename(path));
}

/** Looks at a file by its name and the text at its beginning; undefined where it is no data. */
export function dataFileOf(path: string, head: string): DataFile | undefined {
  if (isOtherText(path) || head.trim() === '' || head.includes('\0')) return undefined;
  const table = /\.(tsv|csv|jsonl|txt)$/i.test(path) ? tableHead(head, path) : undefined;
  const asTable =
    table !== undefined && holdsTexts(table) ? { ...described(path, 'table'), table } : undefined;
  // Lines of short texts and labels look like words and tags, but a header tells them apart.
  if (table !== undefined && hasHeader(table)) return asTable;
  const kind = wordsKind(path, head) ?? otherKind(path, head);
  return kind === undefined ? asTable : described(path, kind);
}

/** The same of a file that the user names: it is data of this task, whatever it looks like. */
export function namedDataFile(path: string, head: string, template: RecipeTemplate): DataFile {
  const seen = dataFileOf(path, head);
  if (seen !== undefined && wanted[template].includes(seen.kind)) return seen;
  const [kind] = wanted[template];
  const table = kind === 'table' ? tableHead(head, path) : undefined;
  return { ...described(path, kind), ...(table === undefined ? {} : { table }) };
}

function described(path: string, kind: DataKind): DataFile {
  return { path, kind, language: languageIn(path), split: splitIn(path) };
}

/** Labelled words, told by their lines. */
function wordsKind(path: string, head: string): DataKind | undefined {
  if (/\.conllu$/i.test(path)) return 'conllu';
  if (/\.(csv|jsonl?)$/i.test(path)) return undefined;
  // The last line may be cut off.
  const lines = head.split(/\r?\n/).slice(0, -1);
  const full = lines.filter((line) => line.trim() !== '' && !/^#( |$)|^-DOCSTART-/.test(line));
  const rows = full.length > 0 ? full : [head];
  if (mostly(rows, (line) => /^\d\S*(\t[^\t]*){9}$/.test(line))) return 'conllu';
  return [twoWords, fourWords, numbered].some((test) => mostly(rows, test)) ? 'columns' : undefined;
}

function otherKind(path: string, head: string): DataKind | undefined {
  if (/\.json$/i.test(path)) return isSquad(head) ? 'questions' : undefined;
  return /\.txt$/i.test(path) ? 'text' : undefined;
}

/** The beginning of JSON as SQuAD has it. */
function isSquad(head: string): boolean {
  return /^\uFEFF?\s*\{/.test(head) && /"data"\s*:\s*\[/.test(head) && /"paragraphs"\s*:\s*\[/.test(head);
}

/** A line `word tag`. */
function twoWords(line: string): boolean {
  return /^\S+(\t\S*|\s+\S+)\s*$/.test(line);
}

/** A line `word part-of-speech chunk name`, of CoNLL 2003. */
function fourWords(line: string): boolean {
  return /^\S+\s+\S+\s+\S+\s+(O|[BIES]-\S+)\s*$/.test(line);
}

/** A line `number word tag ...`. A tag is one word: what has more is a text, in a table whose rows are numbered. */
function numbered(line: string): boolean {
  return /^\d+\t\S+\t[^\d\s]\S*(\t|$)/.test(line);
}

function mostly<T>(all: readonly T[], test: (one: T) => boolean): boolean {
  return all.filter(test).length > 0.9 * all.length;
}

const splits: readonly (readonly [Split, RegExp])[] = [
  ['train', /^(train|training|trn)$/],
  ['validation', /^(dev|devel|valid|validation|val)$/],
  ['test', /^(test|tst|eval|heldout)$/],
];

function splitIn(path: string): Split | null {
  const parts = [...partsOf(basename(path)), ...partsOf(basename(dirname(path)))];
  for (const part of parts) {
    const found = splits.find(([, words]) => words.test(part));
    if (found !== undefined) return found[0];
  }
  return null;
}

/** Short words of file names that are codes of languages, too. */
const notLanguages = new Set([
  'ud',
  'dev',
  'val',
  'raw',
  'tag',
  'pos',
  'ner',
  'iob',
  'bio',
  'tsv',
  'txt',
  'all',
  'new',
  'old',
  'the',
  'tok',
]);

/** The first part of the file's name, or else the folder's, that is the code of a language. */
function languageIn(path: string): string | null {
  const parts = [...partsOf(basename(path).replace(/\.[^.]*$/, '')), ...partsOf(basename(dirname(path)))];
  return parts.find(isLanguage) ?? null;
}

function partsOf(name: string): string[] {
  return name
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((part) => part !== '');
}

const languageNames = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });

/** Whether a text is the code of a language that has a name, or one of those for private use (qaa to qtz). */
function isLanguage(text: string): boolean {
  if (!/^[a-z]{2,3}$/.test(text) || notLanguages.has(text)) return false;
  return /^q[a-t][a-z]$/.test(text) || languageNames.of(text) !== undefined;
}

/**
 * What can be trained on, the most likely first: tables whose columns are called as the task's before others, and for
 * training before for validation before for testing.
 */
export function trainingChoices(files: readonly DataFile[], template: RecipeTemplate): DataFile[] {
  const order: readonly (Split | null)[] = ['train', null, 'validation', 'test'];
  const ofPairs = template === 'nli';
  const fits = ({ table }: DataFile) => table === undefined || guessColumns(table, ofPairs) !== undefined;
  const named = ({ table }: DataFile) => Number(ofPairs && table !== undefined && namesPair(table));
  return files
    .filter((file) => wanted[template].includes(file.kind) && fits(file))
    .sort(
      (a, b) =>
        named(b) - named(a) || order.indexOf(a.split) - order.indexOf(b.split) || compare(a.path, b.path),
    );
}

/**
 * What can be validated on, those that go with the training data first; never what is for testing before the rest.
 * @param columns that a table must have
 */
export function validationChoices(
  files: readonly DataFile[],
  training: DataFile,
  columns: readonly string[] = [],
): DataFile[] {
  const fit = (file: DataFile): number =>
    Number(isValidationOf(file, training)) * 4 +
    Number(file.language === training.language) * 2 +
    Number(file.split === 'validation') -
    Number(file.split === 'test') * 8;
  const hasColumns = ({ table }: DataFile) =>
    table === undefined || columns.every((column) => table.columns.includes(column));
  return files
    .filter((file) => file.path !== training.path && file.kind === training.kind && hasColumns(file))
    .sort((a, b) => fit(b) - fit(a) || compare(a.path, b.path));
}

/** Whether a file is, by its name, the validation part of the training data's. */
export function isValidationOf(file: DataFile, training: DataFile): boolean {
  return file.split === 'validation' && file.language === training.language && file.kind === training.kind;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
