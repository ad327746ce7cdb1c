import { dirname, isAbsolute, resolve } from 'node:path';
import * as vscode from 'vscode';

/** The folder that the setting `sft.runsFolder` names for runs of this recipe; undefined: `runs` beside it. */
export function runsFolderFor(recipe: vscode.Uri): string | undefined {
  const named = vscode.workspace.getConfiguration('sft', recipe).get<string>('runsFolder', '').trim();
  if (named === '') return undefined;
  const workspaceFolder = vscode.workspace.getWorkspaceFolder(recipe)?.uri.fsPath;
  return isAbsolute(named) ? named : resolve(workspaceFolder ?? dirname(recipe.fsPath), named);
}
