import * as vscode from 'vscode';
import { announceUndo } from './commands/deleted.ts';
import { registerCommands } from './commands/register.ts';
import { registerCompose } from './compose/register.ts';
import { onDidChangeRuns } from './live/runsChange.ts';
import type { RunPanels } from './panels/runPanel.ts';
import { registerRecipeLanguage } from './recipes/index.ts';
import { registerSchemaLanguage } from './recipes/schemaLanguage.ts';
import { registerSweepLenses } from './recipes/sweepLenses.ts';
import { registerReports } from './reports/show.ts';
import { registerInspector } from './editors/register.ts';
import { registerNotebooks } from './notebook/register.ts';
import { newServices } from './services.ts';
import { startDemo } from './startup/demo.ts';
import { followCells } from './startup/steps.ts';
import { offerTerminalCommand } from './startup/terminalCommand.ts';
import { registerPublished } from './views/published.ts';
import { registerStatus } from './status/register.ts';
import { registerViews } from './views/register.ts';
import type { Window } from './window.ts';

const runPanelType = 'sft.run';

/** Entry of the extension. Registers what VS Code may call, looks whether runs are live, and loads nothing else. */
export function activate(context: vscode.ExtensionContext): void {
  const services = newServices(context);
  let panels: Promise<RunPanels> | undefined;
  const views = registerViews(services);
  const compose = registerCompose(services);
  const window: Window = {
    services,
    views,
    compose: () => compose.editor(),
    isRunVisible: async (folder) => (await panels)?.isVisible(folder) === true,
    runPanels: () =>
      (panels ??= import('./panels/runPanel.ts').then(({ newRunPanels }) => newRunPanels(services))),
  };
  context.subscriptions.push(
    views,
    registerCommands(window),
    registerStatus(window),
    registerPublished(),
    registerRecipeLanguage({
      log: services.log,
      lastRun: async ({ fsPath }) => (await import('./lastRun.ts')).lastRun(fsPath),
      onDidChangeRuns: onDidChangeRuns(services.live),
      onDidEndRun: services.live.onDidEnd,
    }),
    registerSchemaLanguage(
      'sft-sweep',
      { log: services.log, onDidEndRun: services.live.onDidEnd },
      async (problems) => (await import('./recipes/sweepFeatures.ts')).newSweepFeatures(problems),
    ),
    registerSweepLenses(onDidChangeRuns(services.live)),
    registerInspector(services),
    compose,
    registerNotebooks(services),
    followCells(),
    vscode.window.registerWebviewPanelSerializer('sft.results', {
      async deserializeWebviewPanel(panel) {
        (await import('./panels/resultsPanel.ts')).showResults(services, panel);
      },
    }),
    vscode.window.registerWebviewPanelSerializer(runPanelType, {
      async deserializeWebviewPanel(panel, state: unknown) {
        const folder =
          folderOf(state) ?? (await (await import('./ask.ts')).findRunNamed(services, panel.title));
        if (folder === undefined) panel.dispose();
        else (await window.runPanels()).restore(panel, folder);
      },
    }),
  );
  registerReports(context);
  void startDemo(services);
  void offerTerminalCommand(services);
  announceUndo(context);
}

function folderOf(state: unknown): string | undefined {
  if (typeof state !== 'object' || state === null || !('folder' in state)) return undefined;
  return typeof state.folder === 'string' ? state.folder : undefined;
}
