import assert from 'node:assert/strict';
import * as vscode from 'vscode';

/** SFT Studio, as VS Code sees it. */
export function extension(): vscode.Extension<unknown> {
  const found = vscode.extensions.getExtension('sft-studio.sft-studio');
  assert.ok(found, 'SFT Studio is not installed');
  return found;
}
