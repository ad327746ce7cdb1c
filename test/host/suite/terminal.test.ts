import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { until } from '../../support/vscode/until.ts';
import { extension } from './support/extension.ts';

describe('a terminal', () => {
  it('knows sft, though nothing but the extension is installed', async () => {
    await extension().activate();
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    const file = join(folder.uri.fsPath, 'version.txt');
    const { version } = extension().packageJSON as { readonly version: string };
    // The command is offered a moment after activation, to terminals that are opened then.
    let opened = 0;
    await until('sft says its version', () => {
      if (opened++ % 100 === 0) vscode.window.createTerminal().sendText('sft --version > version.txt');
      return existsSync(file) && readFileSync(file, 'utf8').trim() === version;
    });
    for (const terminal of vscode.window.terminals) terminal.dispose();
  }).timeout(90_000);
});
