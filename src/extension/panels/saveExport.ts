import * as vscode from 'vscode';
import type { SaveMessage } from '../../protocol/savedExport.ts';

/** Saves a chart or table where the user says, `folder` being offered first. */
export async function saveExport({ name, format, data }: SaveMessage, folder: string): Promise<void> {
  const uri = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.joinPath(vscode.Uri.file(folder), `${name}.${format}`),
    filters: format === 'csv' ? { CSV: ['csv'] } : { PNG: ['png'] },
  });
  if (uri === undefined) return;
  await vscode.workspace.fs.writeFile(uri, Buffer.from(data, format === 'png' ? 'base64' : 'utf8'));
}
