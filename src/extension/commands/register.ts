import * as vscode from 'vscode';
import { showError } from '../report.ts';
import type { Window } from '../window.ts';
import type { CommandId } from './table.ts';

/**
 * What a command runs. `argument` is the item, the Uri or whatever the place gives from which it is run, and `selected`
 * all selected items of a tree; from the palette there is neither.
 */
export type CommandHandler = (window: Window, argument?: unknown, selected?: unknown) => Promise<void>;

/** Every command's handler, loaded at its first use. */
const handlers: Readonly<Record<CommandId, () => Promise<CommandHandler>>> = {
  'sft.newRecipe': async () => (await import('./newRecipe.ts')).newRecipe,
  'sft.train': async () => (await import('./train.ts')).train,
  'sft.estimate': async () => (await import('./estimate.ts')).estimate,
  'sft.pause': async () => (await import('./steer.ts')).pause,
  'sft.resume': async () => (await import('./steer.ts')).resume,
  'sft.stop': async () => (await import('./steer.ts')).stop,
  'sft.cancel': async () => (await import('./steer.ts')).cancel,
  'sft.openRun': async () => (await import('./openRun.ts')).openRun,
  'sft.openRecipeOfRun': async () => (await import('./openRun.ts')).openRecipeOfRun,
  'sft.openLogOfRun': async () => (await import('./openRun.ts')).openLogOfRun,
  'sft.compareRuns': async () => (await import('./openRun.ts')).compareRuns,
  'sft.evaluate': async () => (await import('./evaluate.ts')).evaluate,
  'sft.compose': async () => (await import('./compose.ts')).compose,
  'sft.export': async () => (await import('./exportModel.ts')).exportModel,
  'sft.delete': async () => (await import('./delete.ts')).deleteSelected,
  'sft.undoDelete': async () => (await import('./delete.ts')).undoDelete,
  'sft.reveal': async () => (await import('./reveal.ts')).reveal,
  'sft.copyPath': async () => (await import('./reveal.ts')).copyPath,
  'sft.refresh': async () => (await import('./refresh.ts')).refresh,
  'sft.import': async () => (await import('./importSft.ts')).importSft,
  'sft.addBase': async () => (await import('./addBase.ts')).addBase,
  'sft.copyCommand': async () => (await import('./copyCommand.ts')).copyCommand,
  'sft.openDemo': async () => (await import('./openDemo.ts')).openDemo,
  'sft.openWalkthrough': async () => (await import('./walkthrough.ts')).openWalkthrough,
  'sft.showEngine': async () => (await import('./showEngine.ts')).showEngine,
  'sft.showLog': async () => (await import('./showEngine.ts')).showLog,
  'sft.reportIssue': async () => (await import('./reportIssue.ts')).reportIssue,
};

/** Registers all commands. An error of one is shown, and never thrown at whoever ran it. */
export function registerCommands(window: Window): vscode.Disposable {
  const registered = Object.entries(handlers).map(([id, load]) =>
    vscode.commands.registerCommand(id, async (argument?: unknown, selected?: unknown) => {
      try {
        await (
          await load()
        )(window, argument, selected);
      } catch (error) {
        await showError(window.services, error);
      }
    }),
  );
  return vscode.Disposable.from(...registered);
}
