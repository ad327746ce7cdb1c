import * as vscode from 'vscode';
import { askForMade } from '../ask.ts';
import { showInformation } from '../messages.ts';
import { pathOf } from '../views/nodes.ts';
import type { CommandHandler } from './register.ts';

/** Shows where something lies: in the explorer what is in the workspace, else in the system's file manager. */
export const reveal: CommandHandler = async (window, argument) => {
  const path =
    pathOf(argument) ??
    window.views.selection().map(pathOf)[0] ??
    pathOf(await askForMade(window.services, vscode.l10n.t('Reveal which?')));
  if (path === undefined) return;
  const uri = vscode.Uri.file(path);
  if (vscode.workspace.getWorkspaceFolder(uri) !== undefined) {
    await vscode.commands.executeCommand('revealInExplorer', uri);
    return;
  }
  // A file manager shows the files of its own machine only.
  if (isOnThisMachine()) {
    await vscode.commands.executeCommand('revealFileInOS', uri);
    return;
  }
  const copy = vscode.l10n.t('Copy Path');
  const text = vscode.l10n.t('It lies outside the workspace, on the machine that runs SFT Studio: {0}', path);
  if ((await showInformation(text, copy)) === copy) await vscode.env.clipboard.writeText(path);
};

/** Whether our files lie on the machine before which the user sits: neither a remote window's nor a browser's do. */
export function isOnThisMachine(): boolean {
  return vscode.env.remoteName === undefined && vscode.env.uiKind === vscode.UIKind.Desktop;
}

/** Copies paths, one a line. */
export const copyPath: CommandHandler = async (window, argument, selected) => {
  const many: readonly unknown[] = Array.isArray(selected) && selected.length > 0 ? selected : [argument];
  const given = many.map(pathOf).filter((path) => path !== undefined);
  const paths =
    given.length > 0
      ? given
      : window.views
          .selection()
          .map(pathOf)
          .filter((path) => path !== undefined);
  if (paths.length > 0) {
    await vscode.env.clipboard.writeText(paths.join('\n'));
    return;
  }
  const asked = pathOf(await askForMade(window.services, vscode.l10n.t('Copy the path of which?')));
  if (asked !== undefined) await vscode.env.clipboard.writeText(asked);
};
