import { join } from 'node:path';
import * as vscode from 'vscode';
import { showInformation } from '../messages.ts';
import { folderForNew } from '../settings.ts';
import { askingForHead } from './chooseHead.ts';
import { chosenSfts, runWithProgress } from './evaluate.ts';
import type { CommandHandler } from './register.ts';

/** Adds SFTs up, each times a coefficient, and saves the sum as an SFT. */
export const compose: CommandHandler = async (window, argument, selected) => {
  const sfts = await chosenSfts(window, argument, selected, vscode.l10n.t('Compose which SFTs?'));
  if (sfts === undefined) return;
  const terms: string[] = [];
  for (const { name, file } of sfts) {
    const coefficient = await vscode.window.showInputBox({
      title: vscode.l10n.t('Coefficient of {0}', name),
      value: '1',
      ignoreFocusOut: true, // what was answered before would be lost
      prompt: vscode.l10n.t('What its differences are multiplied by; negative numbers take them away.'),
      validateInput: (text) =>
        text.trim() !== '' && Number.isFinite(Number(text))
          ? undefined
          : vscode.l10n.t('Give a number, such as 1 or 0.7.'),
    });
    if (coefficient === undefined) return;
    terms.push(`${file}@${Number(coefficient)}`);
  }
  const name = sfts.map((sft) => sft.name).join('+');
  const out = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Save the composed SFT'),
    defaultUri: vscode.Uri.file(join(folderForNew(sfts[0].file), `${name}.sft.safetensors`)),
    filters: { SFT: ['safetensors'] },
  });
  if (out === undefined) return;
  const args = ['compose', ...terms, '--out', out.fsPath, '--replace'];
  const title = vscode.l10n.t('Composing {0}', name);
  const done = await askingForHead(sfts, args, (all) => runWithProgress(window, title, all));
  if (done !== undefined) {
    void showInformation(vscode.l10n.t('Composed: {0}', vscode.workspace.asRelativePath(out)));
  }
};
