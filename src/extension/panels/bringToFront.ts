import type * as vscode from 'vscode';

type Panel = Pick<vscode.WebviewPanel, 'active' | 'reveal' | 'onDidChangeViewState' | 'onDidDispose'>;

/** Makes a panel the editor in front, which commands of the editor are about; false where it was closed meanwhile. */
export async function bringToFront(panel: Panel): Promise<boolean> {
  if (panel.active) return true;
  return new Promise((resolve) => {
    const end = (isInFront: boolean): void => {
      for (const listener of listeners) listener.dispose();
      resolve(isInFront);
    };
    const listeners = [
      panel.onDidChangeViewState(() => {
        if (panel.active) end(true);
      }),
      panel.onDidDispose(() => end(false)),
    ];
    panel.reveal();
  });
}
