import * as vscode from 'vscode';

/**
 * Asks whether training is to start that would take hours; gives what `sft` then wants to hear, undefined where it is not to start.
 * @param what says how long it would take
 * @param estimate says more of it instead, where there is more to be said
 */
export async function askIfLong(
  what: string,
  estimate?: () => Thenable<unknown>,
): Promise<readonly string[] | undefined> {
  const train = vscode.l10n.t('Train');
  const more = vscode.l10n.t('Estimate');
  const detail = vscode.l10n.t(
    'It goes on when this window is closed, and can be paused, or stopped with a checkpoint, at any time.',
  );
  const buttons = estimate === undefined ? [train] : [train, more];
  const chosen = await vscode.window.showWarningMessage(what, { modal: true, detail }, ...buttons);
  if (chosen === train) return ['--yes'];
  if (chosen === more) await estimate?.();
  return undefined;
}
