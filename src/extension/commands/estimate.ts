import * as vscode from 'vscode';
import type { RecipeEstimate } from '../../protocol/estimate.ts';
import { showInformation, showWarning } from '../messages.ts';
import { estimateLine, estimateReport } from '../reports/estimateReport.ts';
import { showReport } from '../reports/show.ts';
import { runWithProgress } from './evaluate.ts';
import type { CommandHandler } from './register.ts';
import { engineSetting, runsSetting } from '../settings.ts';
import type { Window } from '../window.ts';
import { recipeFor, trainRecipe } from './train.ts';

/** Says what training a recipe would cost here and what its data are, and offers to start. */
export const estimate: CommandHandler = async (window, argument) => {
  const recipe = await recipeFor(argument, vscode.l10n.t('Which recipe is to be estimated?'));
  if (recipe === undefined) return;
  const title = vscode.l10n.t('Estimating {0}', vscode.workspace.asRelativePath(recipe));
  const told = await runWithProgress(window, title, [
    'estimate',
    recipe,
    ...runsSetting(recipe),
    ...engineSetting(),
  ]);
  if (told === undefined) return;
  const found = told as RecipeEstimate;
  await showReport(window.services, `${found.name} estimate`, estimateReport(found));
  await offerTraining(window, recipe, found);
};

async function offerTraining(window: Window, recipe: string, found: RecipeEstimate): Promise<void> {
  const train = vscode.l10n.t('Train');
  const line = estimateLine(found);
  const chosen =
    found.warnings.length > 0 ? await showWarning(line, train) : await showInformation(line, train);
  // How long it takes has just been said.
  if (chosen === train) await trainRecipe(window, recipe, ['--yes']);
}
