import * as vscode from 'vscode';
import { checkFromResults, type ToResultsPanel } from '../../protocol/resultsPanel.ts';
import { showError } from '../report.ts';
import type { Services } from '../services.ts';
import { saveExport } from './saveExport.ts';
import { webviewOptions, webviewPage } from './webviewPage.ts';

const resultsPanelType = 'sft.results';

/** Opens the table of all evaluations that were made. */
export function openResults(services: Services): void {
  const { extensionUri } = services.context;
  const panel = vscode.window.createWebviewPanel(
    resultsPanelType,
    vscode.l10n.t('Results'),
    vscode.ViewColumn.Active,
    webviewOptions(extensionUri),
  );
  showResults(services, panel);
}

/** Fills a new panel, or one that the editor kept over a reload. */
export function showResults(services: Services, panel: vscode.WebviewPanel): void {
  const { webview } = panel;
  const { extensionUri } = services.context;
  const take = async (data: unknown): Promise<void> => {
    const message = checkFromResults(data);
    if (message === undefined) return;
    if (message.type === 'save') {
      await saveExport(message, vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? services.home.home);
      return;
    }
    const results = await (await services.session()).ask('results', {});
    await webview.postMessage({ type: 'results', results } satisfies ToResultsPanel);
  };
  webview.onDidReceiveMessage(
    (data) => void take(data).catch((error: unknown) => showError(services, error)),
  );
  webview.options = webviewOptions(extensionUri);
  webview.html = webviewPage(webview, extensionUri, 'record', panel.title);
}
