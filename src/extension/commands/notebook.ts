import { basename, relative } from 'node:path';
import * as vscode from 'vscode';
import { waitFor } from '../cancellable.ts';
import { quoted } from '../../recipe/templates.ts';
import { showInformation } from '../messages.ts';
import { notebookType } from '../notebook/register.ts';
import { baseFoldersOf } from '../views/files.ts';
import type { Window } from '../window.ts';
import { chosenSfts, runWithProgress } from './evaluate.ts';
import type { CommandHandler } from './register.ts';
import { isOnThisMachine } from './reveal.ts';

const start = `# Evaluation

What is compared, on which data, and what came out. Each cell below does one thing; *expect* cells make the notebook a test.`;

const firstCell = `evaluate:
  base: base
  compositions:
    composed: []
  data: { file: data/test.conllu, role: test }
`;

/** Opens a notebook that is not saved yet. */
export const newNotebook: CommandHandler = async () => {
  const data = new vscode.NotebookData([
    new vscode.NotebookCellData(vscode.NotebookCellKind.Markup, start, 'markdown'),
    new vscode.NotebookCellData(vscode.NotebookCellKind.Code, firstCell, 'sft-cell'),
  ]);
  await vscode.window.showNotebookDocument(await vscode.workspace.openNotebookDocument(notebookType, data));
};

/** Puts a cell that evaluates the chosen SFTs into the notebook that was last used, or into a new one. */
export const insertIntoNotebook: CommandHandler = async (window, argument, selected) => {
  const sfts = await chosenSfts(window, argument, selected, vscode.l10n.t('Insert which SFTs together?'));
  if (sfts === undefined) return;
  const shown = vscode.window.visibleNotebookEditors.find(
    ({ notebook }) => notebook.notebookType === notebookType,
  );
  const active = vscode.window.activeNotebookEditor;
  const editor = active?.notebook.notebookType === notebookType ? active : shown;
  const notebook =
    editor?.notebook ??
    vscode.workspace.notebookDocuments.find((one) => one.notebookType === notebookType) ??
    (await vscode.workspace.openNotebookDocument(notebookType, new vscode.NotebookData([])));
  const folder = vscode.Uri.joinPath(notebook.uri, '..').fsPath;
  const named = (file: string) => {
    const near = relative(folder, file).replaceAll('\\', '/');
    return quoted(notebook.uri.scheme !== 'file' || near.startsWith('..') ? file : near);
  };
  const names = sfts.map(({ name }) => name).join(' + ');
  const files = sfts.map(({ file }) => named(file)).join(', ');
  const namesBase = notebook.getCells().some(({ document }) => /^ {2}base:/m.test(document.getText()));
  // Whole models are read to know theirs.
  const looked = namesBase
    ? { done: undefined }
    : await waitFor(vscode.l10n.t('Looking for the base model'), baseOf(window, sfts[0].file));
  if (looked === undefined) return;
  const base = looked.done;
  const ofBase = base === undefined ? '' : `\n  base: ${named(base)}`;
  const text = `evaluate:${ofBase}\n  compositions:\n    ${quoted(names)}: [${files}]\n  data: { file: data/test.conllu, role: test }\n`;
  const at = editor === undefined ? notebook.cellCount : editor.selection.end;
  const edit = new vscode.WorkspaceEdit();
  const cell = new vscode.NotebookCellData(vscode.NotebookCellKind.Code, text, 'sft-cell');
  edit.set(notebook.uri, [vscode.NotebookEdit.insertCells(at, [cell])]);
  await vscode.workspace.applyEdit(edit);
  await vscode.window.showNotebookDocument(notebook, { selections: [new vscode.NotebookRange(at, at + 1)] });
};

/** The base model that belongs to an SFT, as far as it is found. */
async function baseOf({ services }: Window, file: string): Promise<string | undefined> {
  const session = await services.session();
  const found = await session.ask('inspectBase', { file, folders: await baseFoldersOf(), chosen: null });
  return found?.folder;
}

/** Writes the notebook in front as a page, with the outputs that are there. */
export const exportNotebook: CommandHandler = async (window) => {
  const notebook = vscode.window.activeNotebookEditor?.notebook;
  if (notebook?.notebookType !== notebookType) return;
  // Its file is what is exported. One that had none is another document once it is saved.
  const isSaved = !notebook.isDirty && !notebook.isUntitled;
  const file = isSaved ? notebook.uri.fsPath : (await vscode.workspace.save(notebook.uri))?.fsPath;
  if (file === undefined) return;
  const out = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Save the notebook as a page'),
    defaultUri: vscode.Uri.file(file.replace(/\.sftnb$/, '.html')),
    filters: { HTML: ['html'] },
  });
  if (out === undefined) return;
  const title = vscode.l10n.t('Exporting {0}', basename(file));
  const done = await runWithProgress(window, title, ['run', file, '--no-run', '--html', out.fsPath]);
  if (done === undefined) return;
  const text = vscode.l10n.t('Exported: {0}', vscode.workspace.asRelativePath(out));
  const open = vscode.l10n.t('Open');
  const reveal = vscode.l10n.t('Reveal');
  // A browser opens the files of its own machine only.
  const chosen = await showInformation(text, isOnThisMachine() ? open : reveal);
  if (chosen === open) await vscode.env.openExternal(out);
  else if (chosen === reveal) await vscode.commands.executeCommand('sft.reveal', out);
};
