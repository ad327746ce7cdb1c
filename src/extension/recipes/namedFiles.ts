import * as vscode from 'vscode';

/** How long is waited for more files to come or go, in milliseconds. */
const pause = 250;

/**
 * Calls `check` when files that texts name may have come or gone since these were checked: in this window, from
 * outside, or by a run that ended. Files outside of the workspace are not watched, so a user who comes back from
 * making one counts as well.
 */
export function whenNamedFilesChange(
  onDidEndRun: vscode.Event<unknown> | undefined,
  check: () => void,
): vscode.Disposable {
  let timer: NodeJS.Timeout | undefined;
  // Not put off by each event: while a large folder is written they never end.
  const soon = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      check();
    }, pause);
  };
  // Data may be called anything. Changes are none: a run changes its files all the time.
  const watcher = vscode.workspace.createFileSystemWatcher('**/*', false, true, false);
  return vscode.Disposable.from(
    { dispose: () => clearTimeout(timer) },
    watcher,
    watcher.onDidCreate(soon),
    watcher.onDidDelete(soon),
    vscode.workspace.onDidCreateFiles(soon),
    vscode.workspace.onDidDeleteFiles(soon),
    vscode.workspace.onDidRenameFiles(soon),
    vscode.window.onDidChangeActiveTextEditor(soon),
    vscode.window.onDidChangeVisibleTextEditors(soon),
    vscode.window.onDidChangeActiveNotebookEditor(soon),
    vscode.window.onDidChangeWindowState(({ focused }) => {
      if (focused) soon();
    }),
    ...(onDidEndRun === undefined ? [] : [onDidEndRun(soon)]),
  );
}
