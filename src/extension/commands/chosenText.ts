import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { waitFor } from '../cancellable.ts';
import { unwanted } from '../views/files.ts';

/** Texts of the workspace that commands work on. */
export interface TextKind {
  readonly language: 'sft-recipe' | 'sft-sweep';
  /** Which files are such texts. */
  readonly pattern: string;
  /** By what is in a text, whether it goes before others of its folder. */
  readonly begins?: (text: string) => boolean;
  /** Says that the workspace has none. */
  readonly none: () => Promise<void>;
}

/** Texts that can be saved. Others, such as the older side of a comparison, are only looked at. */
const schemes: readonly string[] = ['file', 'untitled'];

/** The file of the text that is meant: the one given, of the editor in front, or one of the workspace's. Saved first. */
export async function chosenText(
  kind: TextKind,
  given: vscode.Uri | undefined,
  title: string,
): Promise<string | undefined> {
  const meant = given !== undefined && schemes.includes(given.scheme) ? given : inFront(kind);
  const uri = meant ?? (await ask(kind, title));
  if (uri === undefined) return undefined;
  // One that had no file is another document once it is saved.
  if (uri.scheme === 'untitled') return (await vscode.workspace.save(uri))?.fsPath;
  const document = vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri.toString());
  if (document?.isDirty === true && !(await document.save())) return undefined;
  return uri.fsPath;
}

function inFront({ language }: TextKind): vscode.Uri | undefined {
  const document = vscode.window.activeTextEditor?.document;
  return document?.languageId === language && schemes.includes(document.uri.scheme)
    ? document.uri
    : undefined;
}

async function ask({ pattern, none, begins }: TextKind, title: string): Promise<vscode.Uri | undefined> {
  const looked = await waitFor(title, Promise.resolve(vscode.workspace.findFiles(pattern, unwanted, 500)));
  if (looked === undefined) return undefined;
  const found = looked.done;
  if (found.length === 0) {
    await none();
    return undefined;
  }
  const order = await placesIn(found, begins);
  const items = found
    .map((uri, i) => ({ label: vscode.workspace.asRelativePath(uri), uri, place: order[i] }))
    .sort((a, b) => comparePlaces(a.place, b.place) || a.label.localeCompare(b.label));
  // A walkthrough that is just opening takes the focus.
  const chosen = await vscode.window.showQuickPick(items, { title, ignoreFocusOut: true });
  return chosen?.uri;
}

/** Where a text stands in a list: how deep its folder lies, the folder, and whether others go before it in there. */
type ListPlace = readonly [depth: number, folder: string, isLater: number];

/** What lies on top is looked for more often than what lies in folders, which are variants of it mostly. */
async function placesIn(
  uris: readonly vscode.Uri[],
  begins: TextKind['begins'],
): Promise<readonly ListPlace[]> {
  return Promise.all(
    uris.map(async (uri): Promise<ListPlace> => {
      const folder = dirname(vscode.workspace.asRelativePath(uri, false));
      const depth = folder === '.' ? 0 : folder.split(/[/\\]/).length;
      // Where there are many, nobody knows their order anyhow.
      const isLater = begins !== undefined && uris.length <= mostRead && !begins(await textOf(uri));
      return [depth, folder, Number(isLater)];
    }),
  );
}

function comparePlaces(a: ListPlace, b: ListPlace): number {
  return a[0] - b[0] || a[1].localeCompare(b[1]) || a[2] - b[2];
}

const mostRead = 100;

async function textOf({ fsPath }: vscode.Uri): Promise<string> {
  return readFile(fsPath, 'utf8').catch(() => '');
}
