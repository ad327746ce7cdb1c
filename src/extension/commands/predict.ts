import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { askForBase } from '../ask.ts';
import { showWarning } from '../messages.ts';
import { askingForHead } from './chooseHead.ts';
import { chosenSfts, runWithProgress } from './evaluate.ts';
import type { CommandHandler } from './register.ts';
import { engineSetting } from '../settings.ts';
import { inDocument } from './selectedPlace.ts';
import { isTable, rowsWithHeader } from './selectedRows.ts';
import { selectionEnding } from './selectionEnding.ts';

/** Says what SFTs, added to their base, make of the selected text, or of the whole document: in a new editor. */
export const predictSelection: CommandHandler = async (window, argument, selected) => {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) {
    void showWarning(vscode.l10n.t('Open a text, and select what is to be predicted.'));
    return;
  }
  const { document, selection } = editor;
  const text = document.getText(selection.isEmpty ? undefined : selection);
  if (text.trim() === '') {
    void showWarning(vscode.l10n.t('There is no text to predict for.'));
    return;
  }
  const sfts = await chosenSfts(
    window,
    argument,
    selected,
    vscode.l10n.t('Predict with which SFTs together?'),
  );
  if (sfts === undefined) return;
  const base = await askForBase(window.services, sfts[0].base);
  if (base === undefined) return;
  const isPart = !selection.isEmpty && isTable(document.fileName, document.getText(), sfts);
  const read = isPart ? rowsWithHeader(document.lineAt(0).text, text, selection.start.line) : text;
  const folder = await mkdtemp(join(tmpdir(), 'sft-'));
  const file = join(folder, `selection${selectionEnding(document.fileName)}`);
  try {
    await writeFile(file, read.endsWith('\n') ? read : `${read}\n`);
    const names = sfts.map(({ name }) => name).join(' + ');
    const files = sfts.flatMap((sft) => ['--sft', sft.file]);
    const args = ['predict', '--base', base, ...files, '--data', file, ...engineSetting()];
    const title = vscode.l10n.t('Predicting with {0}', names);
    const result = await askingForHead(sfts, args, (all) => runWithProgress(window, title, all));
    if (result === undefined) return;
    const { text: content } = result as { readonly text: string };
    const shown = await vscode.workspace.openTextDocument({ content });
    await vscode.window.showTextDocument(shown, vscode.ViewColumn.Beside);
  } catch (error) {
    throw inDocument(error, {
      file,
      document: document.fileName,
      start: selection.isEmpty ? 0 : selection.start.line,
      hasHeader: isPart,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
