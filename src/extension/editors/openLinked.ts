import * as vscode from 'vscode';
import { sftEditorType } from './types.ts';

/** Opens what a page links to: an SFT in the inspector, a recipe as text. Anything else is none of its links. */
export async function openLinked(file: string): Promise<void> {
  const uri = vscode.Uri.file(file);
  if (file.endsWith('.sft.yaml')) await vscode.window.showTextDocument(uri);
  else if (/\.(safetensors|bin)$/.test(file)) await openInspector(uri);
  else await openInspector(vscode.Uri.joinPath(uri, 'pytorch_diff.bin'));
}

/** Shows an SFT file, whatever its name is. */
export async function openInspector(uri: vscode.Uri): Promise<void> {
  await vscode.commands.executeCommand('vscode.openWith', uri, sftEditorType);
}
