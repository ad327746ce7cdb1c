import * as vscode from 'vscode';
import { hubToken, storeHubToken } from '../hub.ts';
import { showInformation } from '../messages.ts';
import type { CommandHandler } from './register.ts';

/** Asks for a token and gives it to the editor's secret storage. It is shown nowhere. */
export const setHubToken: CommandHandler = async ({ services }) => {
  const token = await vscode.window.showInputBox({
    title: vscode.l10n.t('Token of the Hugging Face Hub'),
    prompt: vscode.l10n.t(
      'From https://huggingface.co/settings/tokens. It is kept in the secret storage of the editor, for private models and for pushing.',
    ),
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) =>
      /^[\u0021-\u007e]{1,500}$/.test(text.trim())
        ? undefined
        : vscode.l10n.t('A token is one word of plain letters and digits.'),
  });
  if (token === undefined) return;
  await storeHubToken(services, token.trim());
  void showInformation(vscode.l10n.t('The token is kept in the secret storage.'));
};

/** Forgets the token. One in the environment, or that Python's tools keep, is not ours to remove. */
export const removeHubToken: CommandHandler = async ({ services }) => {
  const had = (await hubToken(services)) !== undefined;
  await storeHubToken(services, undefined);
  void showInformation(
    had
      ? vscode.l10n.t('The token is removed from the secret storage.')
      : vscode.l10n.t('There is no token in the secret storage.'),
  );
};
