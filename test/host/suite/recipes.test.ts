import { after, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { extension } from './support/extension.ts';
import { keepsFree } from './support/handlers.ts';
import { until } from '../../support/vscode/until.ts';

const good = `kind: language
name: mt
language: mt
base: base
data: { text: mt.txt }
select: { density: 0.1 }
`;

describe('recipes', () => {
  let folder: vscode.Uri;
  const file = (name: string) => vscode.Uri.joinPath(folder, name);
  const open = async (name: string, text: string) => {
    await vscode.workspace.fs.writeFile(file(name), Buffer.from(text));
    return vscode.window.showTextDocument(file(name));
  };

  before(async () => {
    await extension().activate();
    const [first] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(first);
    folder = first.uri;
  });
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    for (const name of ['a.sft.yaml', 'b.sft.yaml', 'other.yaml'])
      await vscode.workspace.fs.delete(file(name)).then(undefined, () => undefined);
  });

  it('have a language of their own, and other YAML files are left alone', async () => {
    const { document } = await open('other.yaml', 'kind: nonsense\n');
    assert.notEqual(document.languageId, 'sft-recipe');
    const { document: recipe } = await open('a.sft.yaml', 'kind: nonsense\n');
    assert.equal(recipe.languageId, 'sft-recipe');
    await until('the recipe has problems', () => vscode.languages.getDiagnostics(recipe.uri).length > 0);
    assert.deepEqual(vscode.languages.getDiagnostics(document.uri), []);
  });

  it('are checked while they are typed, without keeping the host busy for 50 ms', async () => {
    const editor = await open('b.sft.yaml', good);
    const said = () => vscode.languages.getDiagnostics(editor.document.uri).map(({ message }) => message);
    await until('the missing files are said', () => said().length > 0);
    await keepsFree(async () => {
      const end = () => new vscode.Position(editor.document.lineCount - 1, 0);
      for (const key of 'densitee: 1')
        await editor.edit((edit) =>
          edit.insert(editor.document.lineAt(editor.document.lineCount - 1).range.end, key),
        );
      await until('the mistake is said', () => said().some((message) => message.includes('densitee')));
      await vscode.commands.executeCommand(
        'vscode.executeCompletionItemProvider',
        editor.document.uri,
        end(),
      );
      await vscode.commands.executeCommand('vscode.executeHoverProvider', editor.document.uri, end());
    });
  });
});
