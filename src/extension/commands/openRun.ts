import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import { askForRun, findRuns, lookingForRuns, runItem } from '../ask.ts';
import { waitFor } from '../cancellable.ts';
import { showInformation } from '../messages.ts';
import { newVoice } from '../voice.ts';
import { runFolderOf } from '../views/nodes.ts';
import type { CommandHandler } from './register.ts';

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
  if (folder === undefined) return;
  const log = join(folder, 'log.txt');
  if (existsSync(log)) await vscode.window.showTextDocument(vscode.Uri.file(log));
  else {
    void showInformation(
      vscode.l10n.t('{0} has no log: a run in a terminal says everything there.', basename(folder)),
    );
  }
};

async function askForOthers(services: Parameters<typeof findRuns>[0], folder: string): Promise<string[]> {
  const found = await waitFor(lookingForRuns(), findRuns(services));
  if (found === undefined) return [];
  const runs = found.done.filter((run) => run.folder !== folder);
  const voice = newVoice();
  const items = runs.map((run) => runItem(services, run, voice));
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Draw which runs behind {0}?', basename(folder)),
    canPickMany: true,
  });
  return (chosen ?? []).map((one) => one.folder);
}
