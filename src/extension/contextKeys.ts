import * as vscode from 'vscode';

/** Keys by which the manifest says when something is shown. */
export type ContextKey =
  | 'sft.live'
  | 'sft.hasSfts'
  | 'sft.hasRuns'
  | 'sft.hasBases'
  | 'sft.canUndoDelete'
  | DoneKey;

/** Keys by which steps of the walkthrough are done: set when that has happened, and never taken back. */
export type DoneKey = 'sft.demoTrained' | 'sft.evaluated' | 'sft.recipeWritten' | 'sft.cellRan';

const told = new Map<ContextKey, boolean>();

/** Sets a key, if it changes. */
export function setContextKey(key: ContextKey, value: boolean): void {
  if (told.get(key) === value) return;
  told.set(key, value);
  void vscode.commands.executeCommand('setContext', key, value);
}
