import { basename, dirname } from 'node:path';

/** What a data file looks like: a treebank, a word and a tag a line, or raw text. */
export type DataKind = 'conllu' | 'columns' | 'text';

export type Split = 'train' | 'validation' | 'test';

/** A file that could be trained on, and what its name says of it. */
export interface DataFile {
  readonly path: string;
  readonly kind: DataKind;
  /** Tag such as mt; null where the name does not tell. */
  readonly language: string | null;
  readonly split: Split | null;
}

/** Files with these endings are looked at. */
export const dataPatterns = '**/*.{conllu,txt,tsv,iob,iob2,bio,conll}';

/** Folders of programs, and of what runs leave behind. */
export const unwantedFolders = '**/{node_modules,.git,.venv,venv,__pycache__,runs}/**';

/** Texts that no one trains on: of programs, and of model folders. */
const otherTexts =
  /^(readme|license|licence|notice|copying|changelog|requirements.*|vocab|merges|cmakelists|robots)\.txt$/i;

/** Looks at a file by its name and the text at its beginning; undefined where it is no data. */
export function dataFileOf(path: string, head: string): DataFile | undefined {
  const kind = dataKind(path, head);
  return kind === undefined ? undefined : { path, kind, language: languageIn(path), split: splitIn(path) };
}

function dataKind(path: string, head: string): DataKind | undefined {
  const name = basename(path);
  if (otherTexts.test(name) || head.trim() === '' || head.includes('\0')) return undefined;
  if (/\.conllu$/i.test(name)) return 'conllu';
  // The last line may be cut off.
  const lines = head.split(/\r?\n/).slice(0, -1);
  const full = lines.filter((line) => line.trim() !== '' && !/^#( |$)|^-DOCSTART-/.test(line));
  const rows = full.length > 0 ? full : [head];
  if (mostly(rows, (line) => line.split('\t').length === 10)) return 'conllu';
  if (mostly(rows, twoWords) || mostly(rows, numbered)) return 'columns';
  return /\.txt$/i.test(name) ? 'text' : undefined;
}

/** A line `word tag`. */
function twoWords(line: string): boolean {
  return line.trim().split(line.includes('\t') ? '\t' : /\s+/).length === 2;
}

/** A line `number word tag ...`. */
function numbered(line: string): boolean {
  return /^\d+\t\S+\t[^\d\s]/.test(line);
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

/** What can be trained on, the most likely first: for training before for validation before for testing. */
export function trainingChoices(files: readonly DataFile[], kind: 'language' | 'task'): DataFile[] {
  const order: readonly (Split | null)[] = ['train', null, 'validation', 'test'];
  return files
    .filter((file) => (kind === 'language') === (file.kind === 'text'))
    .sort((a, b) => order.indexOf(a.split) - order.indexOf(b.split) || compare(a.path, b.path));
}

/** What can be validated on, those that go with the training data first; never what is for testing before the rest. */
export function validationChoices(files: readonly DataFile[], training: DataFile): DataFile[] {
  const fit = (file: DataFile): number =>
    Number(isValidationOf(file, training)) * 4 +
    Number(file.language === training.language) * 2 +
    Number(file.split === 'validation') -
    Number(file.split === 'test') * 8;
  return files
    .filter(({ path, kind }) => path !== training.path && kind === training.kind)
    .sort((a, b) => fit(b) - fit(a) || compare(a.path, b.path));
}

/** Whether a file is, by its name, the validation part of the training data's. */
export function isValidationOf(file: DataFile, training: DataFile): boolean {
  return file.split === 'validation' && file.language === training.language && file.kind === training.kind;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
