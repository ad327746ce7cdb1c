import { basename } from 'node:path';
import * as vscode from 'vscode';
import { setContextKey } from '../contextKeys.ts';
import { notebookType } from '../notebook/register.ts';
import type { LiveView } from '../services.ts';

/*
 * When steps of the walkthrough are done. A command that was only started, and left again, is none: so it is told by
 * keys that are set when something has come of it.
 */

/** The SFTs that the step of training names. */
const demoSfts = ['qha', 'qni', 'pos-qha'];

/** Says when all SFTs of the walkthrough are there, now and whenever a run has ended. */
export async function followDemoRuns(
  folder: vscode.Uri,
  { subscriptions }: Pick<vscode.ExtensionContext, 'subscriptions'>,
  { onDidEnd }: Pick<LiveView, 'onDidEnd'>,
): Promise<void> {
  const look = async (): Promise<void> => {
    const pattern = new vscode.RelativePattern(folder, `runs/*/{${demoSfts.join(',')}}.sft.safetensors`);
    const found = await vscode.workspace.findFiles(pattern, null);
    const names = new Set(found.map(({ path }) => basename(path)));
    if (names.size === demoSfts.length) setContextKey('sft.demoTrained', true);
  };
  subscriptions.push(onDidEnd(() => void look()));
  await look();
}

/** Says when a cell of an evaluation notebook has run to its end. */
export function followCells(): vscode.Disposable {
  return vscode.workspace.onDidChangeNotebookDocument(({ notebook, cellChanges }) => {
    const ran = cellChanges.some(({ executionSummary }) => executionSummary?.success === true);
    if (ran && notebook.notebookType === notebookType) setContextKey('sft.cellRan', true);
  });
}
