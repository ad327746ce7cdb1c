import * as vscode from 'vscode';
import { quoted } from '../../recipe/templates.ts';
import { askForBase } from '../ask.ts';
import { notebookType } from '../notebook/register.ts';
import { askForData, chosenSfts } from './evaluate.ts';
import type { CommandHandler } from './register.ts';

/** How much is kept at the points of a pruning curve, in percent. */
const shares = [100, 75, 50, 35, 25, 15, 10, 5, 2, 1];

/**
 * Opens a notebook that says what each layer and module of an SFT does and what pruning costs on a data file, and runs it: with progress,
 * charts with intervals, and a place to go on.
 */
export const attribute: CommandHandler = async (window, argument) => {
  const sfts = await chosenSfts(window, argument, undefined, vscode.l10n.t('Attribute which SFT?'), false);
  if (sfts === undefined || sfts.length === 0) return;
  const [{ name, file, base: baseName }] = sfts;
  const base = await askForBase(window.services, baseName);
  if (base === undefined) return;
  const data = await askForData();
  if (data === undefined) return;
  const cell = (rest: string): string =>
    `attribute:\n  base: ${quoted(base)}\n  sft: ${quoted(file)}\n  data: { file: ${quoted(data.fsPath)}, role: dev }\n${rest}`;
  const cells = [
    ...(['layer', 'module'] as const).map((by) => cell(`  by: ${by}\n`)),
    cell(`  keep: [${shares.join(', ')}]\n`),
  ];
  const notebook = await vscode.workspace.openNotebookDocument(
    notebookType,
    new vscode.NotebookData([
      new vscode.NotebookCellData(vscode.NotebookCellKind.Markup, heading(name), 'markdown'),
      ...cells.map((text) => new vscode.NotebookCellData(vscode.NotebookCellKind.Code, text, 'sft-cell')),
    ]),
  );
  await vscode.window.showNotebookDocument(notebook);
  await vscode.commands.executeCommand('notebook.selectKernel', {
    id: 'sft',
    extension: window.services.context.extension.id,
  });
  await vscode.commands.executeCommand('notebook.execute');
};

function heading(name: string): string {
  const words = name.replaceAll(/[\\`*_[\]<>#]/g, (sign) => `\\${sign}`);
  return `# What ${words} does\n\nFigures without one layer or kind of module at a time, and with its largest entries alone. The file is used to look at the SFT: judge choices that are made by it on another one.`;
}
