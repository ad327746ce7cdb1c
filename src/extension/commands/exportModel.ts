import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import { askForBase } from '../ask.ts';
import { showInformation } from '../messages.ts';
import { folderForNew } from '../settings.ts';
import { askingForHead } from './chooseHead.ts';
import { chosenSfts, runWithProgress } from './evaluate.ts';
import { askForFormat } from './exportFormat.ts';
import type { CommandHandler } from './register.ts';

/** Applies SFTs to their base and saves the model as a Hugging Face folder. */
export const exportModel: CommandHandler = async (window, argument, selected) => {
  const sfts = await chosenSfts(window, argument, selected, vscode.l10n.t('Apply which SFTs?'));
  if (sfts === undefined) return;
  const base = await askForBase(window.services, sfts[0].base);
  if (base === undefined) return;
  const format = await askForFormat();
  if (format === undefined) return;
  const name = [basename(base), ...sfts.map((sft) => sft.name)].join('+');
  const out = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Save the model as a new folder'),
    defaultUri: vscode.Uri.file(join(folderForNew(sfts[0].file), name)),
    saveLabel: vscode.l10n.t('Export'),
  });
  if (out === undefined) return;
  const terms = sfts.map(({ file }) => `${file}@1`);
  const args = ['export', ...terms, '--base', base, '--out', out.fsPath, ...format.args];
  const title = vscode.l10n.t('Exporting {0}', name);
  const done = await askingForHead(sfts, args, (all) => runWithProgress(window, title, all));
  if (done === undefined) return;
  const reveal = vscode.l10n.t('Reveal');
  const chosen = await showInformation(
    vscode.l10n.t('Exported: {0}. {1}', out.fsPath, format.loadedBy),
    reveal,
  );
  if (chosen === reveal) await vscode.commands.executeCommand('sft.reveal', { path: out.fsPath });
};
