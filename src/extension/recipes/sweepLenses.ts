import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { sweepPaths } from '../../sweep/paths.ts';

const firstLine = new vscode.Range(0, 0, 0, 0);

/** Offers above a sweep's first line to run it, and to show what has come of it once it was started. */
export function registerSweepLenses(onDidChangeRuns: vscode.Event<void>): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  return vscode.Disposable.from(
    changed,
    onDidChangeRuns(() => changed.fire()),
    vscode.workspace.onDidGrantWorkspaceTrust(() => changed.fire()),
    vscode.languages.registerCodeLensProvider(
      { language: 'sft-sweep', scheme: 'file' },
      { onDidChangeCodeLenses: changed.event, provideCodeLenses: ({ uri }) => lensesOf(uri) },
    ),
  );
}

function lensesOf(uri: vscode.Uri): vscode.CodeLens[] {
  if (!vscode.workspace.isTrusted) {
    const words = vscode.l10n.t('Restricted mode: training is off until the workspace is trusted');
    return [lens(`$(workspace-untrusted) ${words}`, 'workbench.trust.manage', [])];
  }
  const run = lens(`$(run-all) ${vscode.l10n.t('Run Sweep')}`, 'sft.runSweep', [uri]);
  if (!wasStarted(uri.fsPath)) return [run];
  return [run, lens(`$(table) ${vscode.l10n.t('Show Matrix')}`, 'sft.sweepMatrix', [uri])];
}

/** Whether a sweep has left a plan in its folder beside its file. */
function wasStarted(file: string): boolean {
  return existsSync(sweepPaths({ file, name: basename(file, '.sweep.yaml') }).plan);
}

function lens(title: string, command: string, args: readonly vscode.Uri[]): vscode.CodeLens {
  return new vscode.CodeLens(firstLine, { title, command, arguments: [...args] });
}
