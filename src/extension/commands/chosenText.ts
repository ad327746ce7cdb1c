import * as vscode from 'vscode';
import { waitFor } from '../cancellable.ts';
import { unwanted } from '../views/files.ts';

/** Texts of the workspace that commands work on. */
export interface TextKind {
  readonly language: 'sft-recipe' | 'sft-sweep';
  /** Which files are such texts. */
  readonly pattern: string;
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

async function ask({ pattern, none }: TextKind, title: string): Promise<vscode.Uri | undefined> {
  const looked = await waitFor(title, Promise.resolve(vscode.workspace.findFiles(pattern, unwanted, 500)));
  if (looked === undefined) return undefined;
  const found = looked.done;
  if (found.length === 0) {
    await none();
    return undefined;
  }
  const items = found
    .map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri }))
    .sort((a, b) => a.label.localeCompare(b.label));
  // A walkthrough that is just opening takes the focus.
  const chosen = await vscode.window.showQuickPick(items, { title, ignoreFocusOut: true });
  return chosen?.uri;
}
