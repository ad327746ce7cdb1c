import * as vscode from 'vscode';
import { showError } from '../report.ts';
import type { Window } from '../window.ts';
import { focusSettled } from './focusSettled.ts';
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
  'sft.changeK': async () => (await import('./steer.ts')).changeK,
  'sft.selectNow': async () => (await import('./steer.ts')).selectNow,
  'sft.openRun': async () => (await import('./openRun.ts')).openRun,
  'sft.openRecipeOfRun': async () => (await import('./openRun.ts')).openRecipeOfRun,
  'sft.openLogOfRun': async () => (await import('./openRun.ts')).openLogOfRun,
  'sft.compareRuns': async () => (await import('./openRun.ts')).compareRuns,
  'sft.predictSelection': async () => (await import('./predict.ts')).predictSelection,
  'sft.fork': async () => (await import('./fork.ts')).fork,
  'sft.runSweep': async () => (await import('./sweep.ts')).runSweep,
  'sft.sweepMatrix': async () => (await import('./sweep.ts')).sweepMatrix,
  'sft.evaluate': async () => (await import('./evaluate.ts')).evaluate,
  'sft.attribute': async () => (await import('./attribute.ts')).attribute,
  'sft.inspect': async () => (await import('./inspectSft.ts')).inspectSft,
  'sft.compareSfts': async () => (await import('./inspectSft.ts')).compareSfts,
  'sft.openCompose': async () => (await import('./composeBench.ts')).openInCompose,
  'sft.addToCompose': async () => (await import('./composeBench.ts')).addToCompose,
  'sft.showResults': async () => (await import('./showResults.ts')).showResults,
  'sft.exportNotebook': async () => (await import('./notebook.ts')).exportNotebook,
  'sft.newNotebook': async () => (await import('./notebook.ts')).newNotebook,
  'sft.insertIntoNotebook': async () => (await import('./notebook.ts')).insertIntoNotebook,
  'sft.compose': async () => (await import('./compose.ts')).compose,
  'sft.export': async () => (await import('./exportModel.ts')).exportModel,
  'sft.delete': async () => (await import('./delete.ts')).deleteSelected,
  'sft.undoDelete': async () => (await import('./delete.ts')).undoDelete,
  'sft.reveal': async () => (await import('./reveal.ts')).reveal,
  'sft.copyPath': async () => (await import('./reveal.ts')).copyPath,
  'sft.refresh': async () => (await import('./refresh.ts')).refresh,
  'sft.import': async () => (await import('./importSft.ts')).importSft,
  'sft.addBase': async () => (await import('./addBase.ts')).addBase,
  'sft.pull': async () => (await import('./pull.ts')).pull,
  'sft.push': async () => (await import('./push.ts')).push,
  'sft.gallery': async () => (await import('./gallery.ts')).gallery,
  'sft.setHubToken': async () => (await import('./hubToken.ts')).setHubToken,
  'sft.removeHubToken': async () => (await import('./hubToken.ts')).removeHubToken,
  'sft.copyCommand': async () => (await import('./copyCommand.ts')).copyCommand,
  'sft.openDemo': async () => (await import('./openDemo.ts')).openDemo,
  'sft.openWalkthrough': async () => (await import('./walkthrough.ts')).openWalkthrough,
  'sft.showEngine': async () => (await import('./showEngine.ts')).showEngine,
  'sft.showLog': async () => (await import('./showEngine.ts')).showLog,
  'sft.reportIssue': async () => (await import('./reportIssue.ts')).reportIssue,
};

/**
 * Registers all commands. An error of one is shown, and never thrown at whoever ran it. One that needs trust says so in
 * restricted mode.
 */
export function registerCommands(window: Window): vscode.Disposable {
  const registered = Object.entries(handlers).map(([id, load]) =>
    vscode.commands.registerCommand(id, async (argument?: unknown, selected?: unknown) => {
      try {
        if (!vscode.workspace.isTrusted && !(await (await import('../trust.ts')).mayRun(id))) return;
        const handler = await load();
        // Only the palette and keys give none.
        if (argument === undefined) await focusSettled();
        await handler(window, argument, selected);
      } catch (error) {
        await showError(window.services, error);
      }
    }),
  );
  return vscode.Disposable.from(...registered);
}
