import * as vscode from 'vscode';
import { UserError } from '../core/errors/userError.ts';
import { showFailure } from './messages.ts';
import { SftProblem } from './programs/programs.ts';
import type { Services } from './services.ts';

/** Shows what went wrong: for the user's to mend its sentences, and where; for a bug, how to report it. */
export async function showError({ log }: Pick<Services, 'log'>, error: unknown): Promise<void> {
  if (isCancelled(error)) return;
  const place = await lookedUp(placeOf(error));
  const message = error instanceof Error ? error.message : String(error);
  log.error(error instanceof Error && !isUsers(error) ? (error.stack ?? message) : message);
  const open = vscode.l10n.t('Open File');
  const showLog = vscode.l10n.t('Show Log');
  const report = vscode.l10n.t('Report Issue');
  const buttons = isUsers(error) ? [...(place === undefined ? [] : [open]), showLog] : [report, showLog];
  const text = isUsers(error) ? message : vscode.l10n.t('SFT Studio met an error of its own: {0}', message);
  const chosen = await showFailure(text, ...buttons);
  if (chosen === open && place !== undefined) await openAt(place.file, place.line);
  else if (chosen === showLog) log.show();
  else if (chosen === report) await vscode.commands.executeCommand('sft.reportIssue', message);
}

/** Does a work that a page asked for; what goes wrong in it is shown. */
export function guarded(services: Pick<Services, 'log'>): (work: () => Promise<unknown>) => Promise<void> {
  return async (work) => {
    try {
      await work();
    } catch (error) {
      await showError(services, error);
    }
  };
}

/** Opens a file, at a line counted from 1; a folder is shown where it lies. */
export async function openAt(file: string, line?: number): Promise<void> {
  const uri = vscode.Uri.file(file);
  const { type } = await vscode.workspace.fs.stat(uri);
  if ((type & vscode.FileType.Directory) !== 0) {
    await vscode.commands.executeCommand('sft.reveal', { path: file });
    return;
  }
  const at = new vscode.Position(Math.max(0, (line ?? 1) - 1), 0);
  await vscode.window.showTextDocument(uri, { selection: new vscode.Range(at, at) });
}

/** A question that was open when the window closed is cancelled, too, by an error that is no `CancellationError`. */
function isCancelled(error: unknown): boolean {
  return error instanceof vscode.CancellationError || (error instanceof Error && error.name === 'Canceled');
}

function isUsers(error: unknown): boolean {
  return error instanceof UserError || (error instanceof SftProblem && error.code !== 'internal');
}

/** A place that can be opened: many an error is about a file that is not there. */
async function lookedUp(place: ReturnType<typeof placeOf>): Promise<ReturnType<typeof placeOf>> {
  if (place === undefined) return undefined;
  return vscode.workspace.fs.stat(vscode.Uri.file(place.file)).then(
    () => place,
    () => undefined,
  );
}

function placeOf(error: unknown): { readonly file: string; readonly line?: number | undefined } | undefined {
  if (error instanceof UserError) return error.place;
  if (error instanceof SftProblem && error.file !== undefined) return { file: error.file, line: error.line };
  return undefined;
}
