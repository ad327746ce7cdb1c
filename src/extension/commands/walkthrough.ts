import * as vscode from 'vscode';
import type { CommandHandler } from './register.ts';

/** Shows the walkthrough for those who are new. */
export const openWalkthrough: CommandHandler = async ({ services }) => {
  await vscode.commands.executeCommand(
    'workbench.action.openWalkthrough',
    `${services.context.extension.id}#newcomer`,
    false,
  );
};
