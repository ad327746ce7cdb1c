import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { cancellable } from '../cancellable.ts';
import type { CommandHandler } from './register.ts';
import { runsFolderFor } from '../settings.ts';
import { runFolderOf } from '../views/nodes.ts';
import type { Window } from '../window.ts';

/** Trains a recipe in a process of its own, and shows its panel. */
export const train: CommandHandler = async (window, argument) => {
  const recipe = await recipeFor(argument, vscode.l10n.t('Which recipe is to be trained?'));
  if (recipe === undefined) return;
  const runs = runsFolderFor(vscode.Uri.file(recipe));
  const place = runs === undefined ? [] : ['--runs', runs];
  const folder = await startRun(window, ['train', recipe, '--detach', '--yes', ...place], dirname(recipe));
  if (folder === undefined) return;
  (await window.runPanels()).open(folder);
  await tellOnce(window);
};

/** Runs a command that starts a run, with progress and cancel. Gives the run's folder. */
export async function startRun(
  { services }: Window,
  args: readonly string[],
  cwd: string,
): Promise<string | undefined> {
  const programs = await services.programs();
  return cancellable(vscode.l10n.t('Starting the run'), async (signal) => {
    const started = await programs.sft([...args, ...keepAwake()], {
      cwd,
      signal,
      onText: (line) => services.log.info(line),
    });
    await services.live.look();
    const folder = runFolderOf(started);
    if (folder !== undefined) {
      services.acts.started.add(folder);
      services.acts.ended.delete(folder);
    }
    return folder;
  });
}

function keepAwake(): string[] {
  return vscode.workspace.getConfiguration('sft').get('keepAwake') === true ? ['--keep-awake'] : [];
}

/** The recipe that is meant: of the argument, of the editor in front, or one of the workspace's. Saved first. */
export async function recipeFor(argument: unknown, title: string): Promise<string | undefined> {
  const uri = argument instanceof vscode.Uri ? argument : (activeRecipe() ?? (await askForRecipe(title)));
  if (uri === undefined) return undefined;
  const document = vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri.toString());
  if (document?.isDirty === true && !(await document.save())) return undefined;
  return uri.fsPath;
}

function activeRecipe(): vscode.Uri | undefined {
  const document = vscode.window.activeTextEditor?.document;
  return document?.languageId === 'sft-recipe' && document.uri.scheme === 'file' ? document.uri : undefined;
}

async function askForRecipe(title: string): Promise<vscode.Uri | undefined> {
  const recipes = await vscode.workspace.findFiles('**/*.sft.yaml', '**/node_modules/**', 500);
  if (recipes.length === 0) {
    const create = vscode.l10n.t('New Recipe');
    const chosen = await vscode.window.showInformationMessage(
      vscode.l10n.t('There is no recipe (NAME.sft.yaml) in this workspace yet.'),
      create,
    );
    if (chosen === create) await vscode.commands.executeCommand('sft.newRecipe');
    return undefined;
  }
  const items = recipes
    .map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri }))
    .sort((a, b) => a.label.localeCompare(b.label));
  // A walkthrough that is just opening takes the focus.
  const chosen = await vscode.window.showQuickPick(items, { title, ignoreFocusOut: true });
  return chosen?.uri;
}

const toldKey = 'sft.toldThatRunsGoOn';

/** Says the first time that a run does not end with the window. */
async function tellOnce({ services: { context } }: Window): Promise<void> {
  if (context.globalState.get(toldKey) === true) return;
  await context.globalState.update(toldKey, true);
  void vscode.window.showInformationMessage(
    vscode.l10n.t(
      'The run is a process of its own: it goes on when this window is closed. "SFT: Stop and Keep" ends it, and so does "sft stop" in a terminal.',
    ),
  );
}
