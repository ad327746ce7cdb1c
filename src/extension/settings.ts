import { dirname, isAbsolute, resolve } from 'node:path';
import * as vscode from 'vscode';
import { type EngineName, isEngineName } from '../core/engineNames.ts';

/** What the setting `sft.engine` gives to `sft train`, `estimate` and `evaluate`. */
export function engineSetting(): string[] {
  const name = namedEngine();
  return name === undefined ? [] : ['--engine', name];
}

/** The engine that the setting names; undefined where it leaves that to us. */
export function namedEngine(): EngineName | undefined {
  const name = vscode.workspace.getConfiguration('sft').get<string>('engine', 'auto');
  return isEngineName(name) ? name : undefined;
}

/** What the setting `sft.keepAwake` gives to whatever trains. */
export function keepAwakeSetting(): string[] {
  return vscode.workspace.getConfiguration('sft').get('keepAwake') === true ? ['--keep-awake'] : [];
}

/** So long nothing is asked before what is in memory for it is dropped: what a settings file says, within what the setting allows. */
export function idleMinutes(): number {
  const written: unknown = vscode.workspace.getConfiguration('sft').get('idleMinutes');
  return typeof written === 'number' && written >= 1
    ? Math.min(written, longestIdleMinutes)
    : usualIdleMinutes;
}

const usualIdleMinutes = 10;
/** A day, as package.json says. A timer cannot wait for more than 24 days: it would not wait at all. */
const longestIdleMinutes = 1440;

/** The folder that the setting `sft.runsFolder` names for runs of this recipe; undefined: `runs` beside it. */
export function runsFolderFor(recipe: vscode.Uri): string | undefined {
  const named = vscode.workspace.getConfiguration('sft', recipe).get<string>('runsFolder', '').trim();
  if (named === '') return undefined;
  const workspaceFolder = vscode.workspace.getWorkspaceFolder(recipe)?.uri.fsPath;
  return isAbsolute(named) ? named : resolve(workspaceFolder ?? dirname(recipe.fsPath), named);
}

/** What the setting `sft.runsFolder` gives to `sft train` and `estimate` of this recipe. */
export function runsSetting(recipe: string): string[] {
  const runs = runsFolderFor(vscode.Uri.file(recipe));
  return runs === undefined ? [] : ['--runs', runs];
}

/** Where something new made of a file is offered to lie: in its folder of the workspace, since a run's goes with the run. */
export function folderForNew(file: string): string {
  return vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file))?.uri.fsPath ?? dirname(file);
}
