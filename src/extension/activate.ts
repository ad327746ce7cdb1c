import * as vscode from 'vscode';
import { registerCommands } from './commands/register.ts';
import type { RunPanels } from './panels/runPanel.ts';
import { registerRecipeLanguage } from './recipes/index.ts';
import { newServices } from './services.ts';
import { startDemo } from './startup/demo.ts';
import type { Window } from './window.ts';

const runPanelType = 'sft.run';

/** Entry of the extension. Registers what VS Code may call, looks whether runs are live, and loads nothing else. */
export function activate(context: vscode.ExtensionContext): void {
  const services = newServices(context);
  let panels: Promise<RunPanels> | undefined;
  const window: Window = {
    services,
    runPanels: () =>
      (panels ??= import('./panels/runPanel.ts').then(({ newRunPanels }) => newRunPanels(services))),
  };
  context.subscriptions.push(
    registerCommands(window),
    registerRecipeLanguage({
      log: services.log,
      lastRun: async ({ fsPath }) => (await import('./lastRun.ts')).lastRun(fsPath),
      onDidChangeRuns: services.live.onDidChange,
    }),
    vscode.window.registerWebviewPanelSerializer(runPanelType, {
      async deserializeWebviewPanel(panel, state: unknown) {
        const folder = folderOf(state);
        if (folder === undefined) panel.dispose();
        else (await window.runPanels()).restore(panel, folder);
      },
    }),
  );
  void startDemo(services);
}

function folderOf(state: unknown): string | undefined {
  if (typeof state !== 'object' || state === null || !('folder' in state)) return undefined;
  return typeof state.folder === 'string' ? state.folder : undefined;
}
