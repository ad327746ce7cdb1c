import * as vscode from 'vscode';
import { userError } from '../core/errors/userError.ts';
import { commandTable, trusted } from './commands/table.ts';
import { showWarning } from './messages.ts';

const needTrust: ReadonlySet<string> = new Set(
  commandTable.filter((entry) => 'enablement' in entry && entry.enablement === trusted).map(({ id }) => id),
);

/**
 * Whether a command may run in this workspace; where it may not, says why and offers to change it. Its `enablement`
 * hides it from the palette and greys its buttons, but does not keep a button of a panel or a message from running it.
 */
export async function mayRun(command: string): Promise<boolean> {
  if (vscode.workspace.isTrusted || !needTrust.has(command)) return true;
  const manage = vscode.l10n.t('Manage Workspace Trust');
  const { message } = userError('workspace-untrusted', undefined);
  if ((await showWarning(message, manage)) === manage)
    await vscode.commands.executeCommand('workbench.trust.manage');
  return false;
}
