import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { cancellable } from '../cancellable.ts';
import { showInformation } from '../messages.ts';
import { chosenText, type TextKind } from './chosenText.ts';
import { askIfLong } from './askLong.ts';
import { askingWhere } from './askingWhere.ts';
import type { CommandHandler } from './register.ts';
import { engineSetting, keepAwakeSetting, runsSetting } from '../settings.ts';
import { runFolderOf } from '../views/nodes.ts';
import type { Window } from '../window.ts';

/** Trains a recipe in a process of its own, and shows its panel. */
export const train: CommandHandler = async (window, argument) => {
  const recipe = await recipeFor(argument, vscode.l10n.t('Which recipe is to be trained?'));
  if (recipe !== undefined) await trainRecipe(window, recipe);
};

/** The same of a recipe that is known. The user is asked about one that takes hours, unless --yes is among the arguments. */
export async function trainRecipe(
  window: Window,
  recipe: string,
  more: readonly string[] = [],
): Promise<void> {
  const uri = vscode.Uri.file(recipe);
  const folder = await askingWhere(
    'train-confirm',
    ['train', recipe, '--detach', ...runsSetting(recipe), ...engineSetting(), ...more],
    (args) => startRun(window, args, dirname(recipe)),
    (what) => askIfLong(what, () => vscode.commands.executeCommand('sft.estimate', uri)),
  );
  if (folder === undefined) return;
  (await window.runPanels()).open(folder);
  await tellOnce(window);
}

/** Runs a command that starts a run, with progress and cancel. Gives the run's folder. */
export async function startRun(
  { services }: Window,
  args: readonly string[],
  cwd: string,
): Promise<string | undefined> {
  const programs = await services.programs();
  return cancellable(vscode.l10n.t('Starting the run'), async (signal) => {
    const started = await programs.sft([...args, ...keepAwakeSetting()], {
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

/** The recipe that is meant: of the argument, of the editor in front, or one of the workspace's. Saved first. */
export async function recipeFor(argument: unknown, title: string): Promise<string | undefined> {
  return chosenText(recipes, argument instanceof vscode.Uri ? argument : undefined, title);
}

const recipes: TextKind = {
  language: 'sft-recipe',
  pattern: '**/*.sft.yaml',
  // Recipes of tasks apply what those of languages make.
  begins: (text) => /^kind:\s*['"]?language\b/m.test(text),
  async none() {
    const create = vscode.l10n.t('New Recipe');
    const chosen = await showInformation(
      vscode.l10n.t('There is no recipe (NAME.sft.yaml) in this workspace yet.'),
      create,
    );
    if (chosen === create) await vscode.commands.executeCommand('sft.newRecipe');
  },
};

const toldKey = 'sft.toldThatRunsGoOn';

/** Says the first time that a run does not end with the window. */
async function tellOnce({ services: { context } }: Window): Promise<void> {
  if (context.globalState.get(toldKey) === true) return;
  await context.globalState.update(toldKey, true);
  void showInformation(
    vscode.l10n.t(
      'The run is a process of its own: it goes on when this window is closed. "SFT: Stop and Keep" ends it, and so does "sft stop" in a terminal.',
    ),
  );
}
