import { after, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { inventSfts } from '../../support/inventedSft.ts';
import { until } from '../../support/vscode/until.ts';
import { extension } from './support/extension.ts';

const mime = 'application/vnd.sft.outcome+json';

const word = (i: number) => `${i}\tkora\t_\t${i % 2 === 0 ? 'NOUN' : 'VERB'}\t_\t_\t_\t_\t_\t_`;

const stateOf = (cell: vscode.NotebookCell): unknown => {
  const item = cell.outputs.flatMap(({ items }) => items).find((one) => one.mime === mime);
  return item === undefined
    ? undefined
    : (JSON.parse(Buffer.from(item.data).toString()) as { state: unknown }).state;
};

const textOf = (cell: vscode.NotebookCell): string =>
  Buffer.from(
    cell.outputs.flatMap(({ items }) => items).find((one) => one.mime === 'text/plain')?.data ?? [],
  ).toString();

/** The text of a notebook of notes. */
const cells = (...texts: readonly string[]) =>
  `%% sftnb 1\n${texts.map((text) => `\n%% markdown\n${text}\n`).join('')}`;

describe('an evaluation notebook', () => {
  let folder: string;
  let file: vscode.Uri;

  before(async () => {
    await extension().activate();
    const [first] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(first);
    folder = join(first.uri.fsPath, 'evaluated');
    mkdirSync(folder);
    const base = join(extension().extensionPath, 'demo/base');
    const made = await inventSfts(folder, { base });
    await made.write('pos', { seed: 2, labels: ['NOUN', 'VERB'] });
    await made.write('qha', { metadata: { language: 'qha' } });
    const sentence = `${[1, 2, 3, 4].map(word).join('\n')}\n\n`;
    writeFileSync(join(folder, 'test.conllu'), sentence.repeat(4));
    const path = join(folder, 'n.sftnb');
    writeFileSync(
      path,
      `%% sftnb 1

%% markdown
# Notes

%% sft-cell
interference: { sfts: [pos.sft.safetensors, qha.sft.safetensors] }

%% sft-cell
evaluate:
  base: ${JSON.stringify(base)}
  compositions: { composed: [pos.sft.safetensors, qha.sft.safetensors] }
  data: test.conllu

%% sft-cell
expect: composed >= 0 %

%% sft-cell
expect: composed > 100 %

`,
    );
    file = vscode.Uri.file(path);
  });
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    rmSync(folder, { recursive: true, force: true });
  });

  it('opens, runs, is saved, and shows what was found when it is opened again', async () => {
    const notebook = await vscode.workspace.openNotebookDocument(file);
    await vscode.window.showNotebookDocument(notebook);
    assert.equal(notebook.cellCount, 5);
    assert.equal(notebook.cellAt(1).document.languageId, 'sft-cell');
    await vscode.commands.executeCommand('notebook.selectKernel', {
      id: 'sft',
      extension: 'sft-studio.sft-studio',
    });
    await vscode.commands.executeCommand('notebook.execute');
    await until('all cells have run', () =>
      notebook
        .getCells()
        .slice(1)
        .every((cell) => stateOf(cell) === 'done'),
    );
    // A claim that fails has the editor's mark of failure, too.
    const success = notebook.getCells().map(({ executionSummary }) => executionSummary?.success);
    assert.deepEqual(success.slice(1), [true, true, true, false]);
    await notebook.save();
    assert.match(readFileSync(file.fsPath, 'utf8'), /holds: composed >= 0 %/);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    const again = await vscode.workspace.openNotebookDocument(file);
    assert.deepEqual(again.getCells().map(stateOf), [undefined, 'done', 'done', 'done', 'done']);
    const mimes = again.cellAt(2).outputs[0].items.map((item) => item.mime);
    assert.deepEqual(mimes, [mime, 'text/markdown', 'text/plain']);
  });

  it('says of an output that its text was changed since, and takes the mark of success from it', async () => {
    const notebook = await vscode.workspace.openNotebookDocument(file);
    await vscode.window.showNotebookDocument(notebook);
    const cell = notebook.cellAt(3);
    const chosen = { id: 'sft', extension: 'sft-studio.sft-studio' };
    await vscode.commands.executeCommand('notebook.selectKernel', chosen);
    await vscode.commands.executeCommand('notebook.cell.execute', {
      ranges: [{ start: 3, end: 4 }],
      document: notebook.uri,
    });
    await until('the claim is judged', () => cell.executionSummary?.success === true);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(cell.document.uri, new vscode.Position(0, 0), '# another text\n');
    await vscode.workspace.applyEdit(edit);
    await until('the mark of success is gone', () => cell.executionSummary?.success === undefined);
    assert.equal(stateOf(cell), 'done');
    await notebook.save();
    assert.match(readFileSync(file.fsPath, 'utf8'), /Made from an earlier text of this cell/);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('runs cells that are started one by one in their turns', async () => {
    const notebook = await vscode.workspace.openNotebookDocument(file);
    await vscode.window.showNotebookDocument(notebook);
    const chosen = { id: 'sft', extension: 'sft-studio.sft-studio' };
    await vscode.commands.executeCommand('notebook.selectKernel', chosen);
    await vscode.commands.executeCommand('notebook.clearAllCellsOutputs');
    const run = (index: number) =>
      vscode.commands.executeCommand('notebook.cell.execute', {
        ranges: [{ start: index, end: index + 1 }],
        document: notebook.uri,
      });
    // The claim is about figures that are not there yet.
    await Promise.all([run(2), run(3)]);
    const claim = notebook.cellAt(3);
    await until('the claim is judged', () => ['done', 'failed'].includes(String(stateOf(claim))));
    assert.equal(stateOf(claim), 'done', textOf(claim));
    assert.match(textOf(claim), /holds: composed >= 0 %/);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('says what is wrong with a cell while it is typed, and completes', async () => {
    const notebook = await vscode.workspace.openNotebookDocument(file);
    await vscode.window.showNotebookDocument(notebook);
    const { document } = notebook.cellAt(2);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(document.lineCount - 1, 0), '\n  metrik: f1\n');
    await vscode.workspace.applyEdit(edit);
    await until('the mistake is said', () =>
      vscode.languages.getDiagnostics(document.uri).some(({ message }) => message.includes('metrik')),
    );
    const found = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      document.uri,
      new vscode.Position(1, 2),
    );
    assert.ok(found.items.length > 0);
    const fixes = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      new vscode.Range(document.lineCount - 2, 2, document.lineCount - 2, 4),
    );
    assert.ok(fixes.some(({ title }) => title === 'Change to metric'));
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('completes files beside the notebook, and links to those that are named', async () => {
    const notebook = await vscode.workspace.openNotebookDocument(file);
    await vscode.window.showNotebookDocument(notebook);
    const { document } = notebook.cellAt(2);
    const at = document.positionAt(document.getText().indexOf('test.conllu') + 2);
    const found = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      document.uri,
      at,
    );
    const labels = found.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
    assert.ok(labels.includes('test.conllu'), labels.join());
    const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>(
      'vscode.executeLinkProvider',
      document.uri,
      10,
    );
    const paths = links.flatMap(({ target }) => (target?.scheme === 'file' ? target.fsPath : []));
    for (const name of ['pos.sft.safetensors', 'qha.sft.safetensors', 'test.conllu'])
      assert.ok(paths.includes(join(folder, name)), `${name} among ${paths.join()}`);
    assert.ok(paths.some((path) => path.endsWith(join('demo', 'base', 'config.json'))));
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('is interrupted, and says so', async () => {
    const long = `sweep:
  base: ${JSON.stringify(join(extension().extensionPath, 'demo/base'))}
  sfts: [pos.sft.safetensors, qha.sft.safetensors]
  over: [{ sft: 1, steps: 30 }, { sft: 2, steps: 30 }]
  data: test.conllu
`;
    const stopped = vscode.Uri.file(join(folder, 'stopped.sftnb'));
    writeFileSync(stopped.fsPath, `%% sftnb 1\n\n%% sft-cell\n${long}\n`);
    const notebook = await vscode.workspace.openNotebookDocument(stopped);
    await vscode.window.showNotebookDocument(notebook);
    await vscode.commands.executeCommand('notebook.selectKernel', {
      id: 'sft',
      extension: 'sft-studio.sft-studio',
    });
    const running = vscode.commands.executeCommand('notebook.execute');
    await until('it is running', () => stateOf(notebook.cellAt(0)) === 'running');
    await until('it says how far it is', () => /^\d+ of 900 evaluations/.test(textOf(notebook.cellAt(0))));
    // What a reload finds of a cell that still ran is not taken for a result.
    await notebook.save();
    assert.match(readFileSync(stopped.fsPath, 'utf8'), /^%% output interrupted$/m);
    await vscode.commands.executeCommand('notebook.cancelExecution');
    await running;
    await until('it is interrupted', () => stateOf(notebook.cellAt(0)) === 'interrupted');
    await notebook.save();
    assert.match(readFileSync(stopped.fsPath, 'utf8'), /^%% output interrupted$/m);
  });

  it('follows its file, and keeps what the user has written meanwhile', async () => {
    const shared = vscode.Uri.file(join(folder, 'shared.sftnb'));
    writeFileSync(shared.fsPath, cells('one'));
    const notebook = await vscode.workspace.openNotebookDocument(shared);
    await vscode.window.showNotebookDocument(notebook);
    writeFileSync(shared.fsPath, cells('one', 'two, by a colleague'));
    await until('it has the new cell', () => notebook.cellCount === 2);
    assert.equal(notebook.cellAt(1).document.getText(), 'two, by a colleague');

    const edit = new vscode.WorkspaceEdit();
    edit.insert(notebook.cellAt(0).document.uri, new vscode.Position(0, 0), 'mine: ');
    await vscode.workspace.applyEdit(edit);
    await until('it is changed', () => notebook.isDirty);
    writeFileSync(shared.fsPath, cells('three'));
    await until('another notebook has followed', async () => {
      const other = vscode.Uri.file(join(folder, 'other.sftnb'));
      writeFileSync(other.fsPath, cells('x'));
      return (await vscode.workspace.openNotebookDocument(other)).cellCount === 1;
    });
    assert.equal(notebook.cellAt(0).document.getText(), 'mine: one');
    assert.equal(readFileSync(shared.fsPath, 'utf8'), cells('three'));
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('gets a cell of the SFTs that are inserted, and their base where no cell names one', async () => {
    const fresh = vscode.Uri.file(join(folder, 'fresh.sftnb'));
    writeFileSync(fresh.fsPath, '%% sftnb 1\n\n%% markdown\n# Mine\n');
    const notebook = await vscode.workspace.openNotebookDocument(fresh);
    await vscode.window.showNotebookDocument(notebook);
    const [pos, qha] = ['pos', 'qha'].map((name) => ({
      kind: 'sft',
      file: join(folder, `${name}.sft.safetensors`),
    }));
    await vscode.commands.executeCommand('sft.insertIntoNotebook', pos, [pos, qha]);
    await until('it has the cell', () => notebook.cellCount === 2);
    const [, cell] = notebook.getCells();
    assert.equal(cell.document.languageId, 'sft-cell');
    assert.match(cell.document.getText(), /"pos \+ qha": \[pos\.sft\.safetensors, qha\.sft\.safetensors\]/);
    const named = new vscode.WorkspaceEdit();
    named.replace(cell.document.uri, new vscode.Range(0, 0, 1, 0), 'evaluate:\n  base: base\n');
    await vscode.workspace.applyEdit(named);
    await vscode.commands.executeCommand('sft.insertIntoNotebook', qha, [qha]);
    await until('it has another', () => notebook.cellCount === 3);
    const texts = notebook.getCells().map(({ document }) => document.getText());
    const last = texts.find((text) => /^ {4}"?qha"?: \[qha\.sft\.safetensors\]$/m.test(text));
    assert.ok(last !== undefined, texts.join('\n'));
    assert.doesNotMatch(last, /base:/);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('of a newer version is not opened, and stays as it is', async () => {
    const newer = vscode.Uri.file(join(folder, 'newer.sftnb'));
    writeFileSync(newer.fsPath, '%% sftnb 9\n\n%% future\nx\n');
    await assert.rejects(async () => vscode.workspace.openNotebookDocument(newer), /version 9/);
    assert.equal(readFileSync(newer.fsPath, 'utf8'), '%% sftnb 9\n\n%% future\nx\n');
  });
});
