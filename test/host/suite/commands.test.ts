import { before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { commandTable } from '../../../src/extension/commands/table.ts';
import { extension } from './support/extension.ts';

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string }[];
  };
}

describe('commands', () => {
  before(async () => {
    await extension().activate();
  });

  it('are all registered', async () => {
    const known = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(
      commandTable.map(({ id }) => id).filter((id) => !known.has(id)),
      [],
    );
  });

  it('are no others than those of the table', async () => {
    // VS Code makes some of its own for each view, such as sft.runs.focus.
    const ours = (await vscode.commands.getCommands(true)).filter((id) => /^sft\.[a-zA-Z]+$/.test(id));
    const table = new Set<string>(commandTable.map(({ id }) => id));
    assert.deepEqual(
      ours.filter((id) => !table.has(id)),
      [],
    );
  });

  it('have a text each', () => {
    const { commands } = (extension().packageJSON as Manifest).contributes;
    const texts = JSON.parse(
      readFileSync(join(extension().extensionPath, 'package.nls.json'), 'utf8'),
    ) as Record<string, string>;
    assert.equal(commands.length, commandTable.length);
    for (const { command, title } of commands) {
      // VS Code has put the text in the place of its key.
      assert.equal(title, texts[command.replace('sft.', 'command.')], command);
    }
  });
});
