import { after, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { inventSfts } from '../../support/inventedSft.ts';
import { until } from '../../support/vscode/until.ts';
import { extension } from './support/extension.ts';

const tabs = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs);

describe('the inspector', () => {
  let folder: string;
  let language: string;
  let task: string;

  before(async () => {
    await extension().activate();
    const [first] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(first);
    folder = join(first.uri.fsPath, 'inspected');
    mkdirSync(folder);
    // The demo's base model.
    const made = await inventSfts(folder, { base: join(extension().extensionPath, 'demo/base') });
    language = await made.write('qha', { metadata: { language: 'qha' } });
    task = await made.write('pos-qha', { seed: 2, labels: ['NOUN', 'VERB'] });
  });
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    rmSync(folder, { recursive: true, force: true });
  });

  it('is the editor of SFT files', async () => {
    await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(task));
    await until('its editor is open', () =>
      tabs().some(
        ({ input, label }) =>
          input instanceof vscode.TabInputCustom &&
          input.viewType === 'sft.inspector' &&
          label === 'pos-qha.sft.safetensors',
      ),
    );
  });

  it('opens any file by command, and compares two', async () => {
    await vscode.commands.executeCommand('sft.inspect', { kind: 'sft', file: language });
    await until('the other one is open', () =>
      tabs().some(({ input }) => input instanceof vscode.TabInputCustom && input.uri.fsPath === language),
    );
    const items = [language, task].map((file) => ({ kind: 'sft', file }));
    await vscode.commands.executeCommand('sft.compareSfts', items[0], items);
    await until('they are compared', () =>
      tabs().some(
        ({ input, label }) =>
          input instanceof vscode.TabInputWebview &&
          input.viewType.endsWith('sft.diff') &&
          label === 'qha ↔ pos-qha',
      ),
    );
  });
});
