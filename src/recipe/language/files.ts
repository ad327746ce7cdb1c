import { posix, resolve } from 'node:path';
import { quoted } from '../templates.ts';
import { type Completion, escapeSnippet } from './complete.ts';
import type { Cursor } from './cursor.ts';
import { type FileKind, fits, kindOfFile } from './fileKinds.ts';
import { addressOf, fieldAt } from './fields.ts';

/** A file or folder in a listing. */
export interface Listed {
  readonly name: string;
  readonly folder: boolean;
}

/** What a folder holds; nothing where it cannot be read. */
export type ListFolder = (folder: string) => Promise<readonly Listed[]>;

export interface FileSearch {
  /** Absolute path of the folder from which paths start. */
  readonly folder: string;
  readonly list: ListFolder;
  readonly cancelled: () => boolean;
}

/** Bounds of a search: folders that are listed, levels below the folder that is typed, and entries of a folder. */
const maxFolders = 100;
const maxLevels = 3;
const maxEntries = 1000;
const maxFound = 200;

/** The files that the field of a recipe at the cursor may name. */
export async function fileCompletions(cursor: Cursor, search: FileSearch): Promise<readonly Completion[]> {
  const { field: path, sort } = cursor;
  const field = path === undefined ? undefined : fieldAt(sort.kind, path);
  if (path === undefined || field === undefined || !field.type.includes('text')) return [];
  const kind = kindOfFile(addressOf(path), sort);
  return kind === undefined ? [] : filesOfKind(cursor, kind, search);
}

/**
 * Files of a kind that may stand at a cursor: those in the folder that is typed and a few levels below it, and that folder's own
 * folders, to go on from there.
 */
export async function filesOfKind(
  cursor: Cursor,
  kind: FileKind,
  search: FileSearch,
): Promise<readonly Completion[]> {
  const { typed } = cursor;
  const slash = typed.lastIndexOf('/') + 1;
  const start = slash === 0 ? './' : typed.slice(0, slash);
  // What is typed without a leading ./ is completed without one.
  const shown = slash === 0 && typed !== '' && !'./'.startsWith(typed) ? '' : start;
  const found = await find(kind, resolve(search.folder, start), search);
  return found.map(({ below, folder }, i) => item(cursor, `${shown}${below}`, kind, folder, i));
}

interface Found {
  /** Path below the folder that is typed; with a slash at its end for a folder to go on from. */
  readonly below: string;
  readonly folder: boolean;
}

/** Nearest folders first. */
async function find(kind: FileKind, top: string, { list, cancelled }: FileSearch): Promise<readonly Found[]> {
  const found: Found[] = [];
  const folders: Found[] = [];
  const open = [{ below: '', level: 0 }];
  for (let n = 0; n < open.length && n < maxFolders; n++) {
    if (cancelled()) return [];
    const { below, level } = open[n];
    const entries = (await list(posix.join(top, below))).slice(0, maxEntries);
    if (kind === 'base' && below !== '' && entries.some(({ name }) => name === 'config.json')) {
      found.push({ below, folder: false });
      continue; // a model holds no other
    }
    for (const { name, folder } of [...entries].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const inner = below === '' ? name : `${below}/${name}`;
      if (folder && passable(name)) {
        if (level === 0) folders.push({ below: `${inner}/`, folder: true });
        if (level < maxLevels) open.push({ below: inner, level: level + 1 });
      } else if (!folder && fits(kind, name)) found.push({ below: inner, folder: false });
    }
    if (found.length >= maxFound) break;
  }
  return [...found.slice(0, maxFound), ...folders.slice(0, maxFound)];
}

/** Folders in which nobody keeps data or models. */
function passable(name: string): boolean {
  return !name.startsWith('.') && name !== 'node_modules' && name !== '__pycache__';
}

const details: Readonly<Record<FileKind, string>> = {
  base: 'base model',
  sft: 'SFT',
  text: 'text',
  words: 'labelled words',
  table: 'labelled texts',
  questions: 'questions with answers',
  data: 'data',
  recipe: 'recipe',
};

function item(cursor: Cursor, path: string, kind: FileKind, folder: boolean, i: number): Completion {
  return {
    label: path,
    kind: folder || kind === 'base' ? 'folder' : 'file',
    detail: folder ? 'folder' : details[kind],
    documentation: '',
    // A folder is typed on from, so its quotes come with the file.
    insert: `${escapeSnippet(cursor.quoted || folder ? path : quoted(path))}${cursor.after}`,
    replace: cursor.replace,
    filter: path,
    order: `${folder ? '1' : '0'}${String(i).padStart(4, '0')}`,
    again: folder,
  };
}
