import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { askForBase } from '../ask.ts';
import { chosenSfts, runWithProgress } from './evaluate.ts';
import type { CommandHandler } from './register.ts';

/** Applies SFTs to their base and saves the model as a Hugging Face folder. */
export const exportModel: CommandHandler = async (window, argument, selected) => {
  const sfts = await chosenSfts(window, argument, selected, vscode.l10n.t('Apply which SFTs?'));
  if (sfts === undefined) return;
  const base = await askForBase(window.services, sfts[0].base);
  if (base === undefined) return;
  const name = [basename(base), ...sfts.map((sft) => sft.name)].join('+');
  const out = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Save the model as a new folder'),
    defaultUri: vscode.Uri.file(join(dirname(sfts[0].file), name)),
    saveLabel: vscode.l10n.t('Export'),
  });
  if (out === undefined) return;
  const files = sfts.flatMap(({ file }) => ['--sft', file]);
  const args = ['export', '--base', base, ...files, '--out', out.fsPath];
  const done = await runWithProgress(window, vscode.l10n.t('Exporting {0}', name), args);
  if (done === undefined) return;
  const reveal = vscode.l10n.t('Reveal');
  const chosen = await vscode.window.showInformationMessage(
    vscode.l10n.t('Exported: {0}. transformers loads it with from_pretrained.', out.fsPath),
    reveal,
  );
  if (chosen === reveal) await vscode.commands.executeCommand('revealFileInOS', out);
};
