import { join } from 'node:path';
import * as vscode from 'vscode';
import { askForRun, findRuns, describeRun } from '../ask.ts';
import { runFolderOf } from '../views/nodes.ts';
import type { CommandHandler } from './register.ts';
import { basename } from 'node:path';

/** Shows the panel of a run. */
export const openRun: CommandHandler = async (window, argument) => {
  const folder =
    runFolderOf(argument) ?? (await askForRun(window.services, vscode.l10n.t('Open which run?')));
  if (folder !== undefined) (await window.runPanels()).open(folder);
};

/** Draws other runs behind one: of those selected, or of those that are asked for. */
export const compareRuns: CommandHandler = async (window, argument, selected) => {
  const chosen = Array.isArray(selected) ? selected.map(runFolderOf).filter((one) => one !== undefined) : [];
  const folder =
    runFolderOf(argument) ?? (await askForRun(window.services, vscode.l10n.t('Compare which run?')));
  if (folder === undefined) return;
  const others = chosen.filter((other) => other !== folder);
  const overlays = others.length > 0 ? others : await askForOthers(window.services, folder);
  if (overlays.length > 0) (await window.runPanels()).open(folder, overlays);
};

export const openRecipeOfRun: CommandHandler = async (_window, argument) => {
  const folder = runFolderOf(argument);
  if (folder !== undefined)
    await vscode.window.showTextDocument(vscode.Uri.file(join(folder, 'recipe.yaml')));
};

export const openLogOfRun: CommandHandler = async (_window, argument) => {
  const folder = runFolderOf(argument);
  if (folder !== undefined) await vscode.window.showTextDocument(vscode.Uri.file(join(folder, 'log.txt')));
};

async function askForOthers(services: Parameters<typeof findRuns>[0], folder: string): Promise<string[]> {
  const runs = (await findRuns(services)).filter((run) => run.folder !== folder);
  const items = runs.map((run) => ({
    label: basename(run.folder),
    description: describeRun(services, run),
    detail: vscode.workspace.asRelativePath(run.folder),
    folder: run.folder,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Draw which runs behind {0}?', basename(folder)),
    canPickMany: true,
  });
  return (chosen ?? []).map((one) => one.folder);
}
