import { after, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { writeTinyBase } from '../../support/tinyWorkspace.ts';
import { manyNames, writeManyRuns, writeManySfts, writeRun } from '../../support/inventedFolders.ts';
import { eventsOf } from '../../support/inventedRun.ts';
import { until } from '../../support/vscode/until.ts';
import { extension } from './support/extension.ts';
import { keepsFree } from './support/handlers.ts';
import { listenToWebviews, type Sent } from './support/sent.ts';

const many = 200;
const run = vscode.commands.executeCommand;
const openRun = (path: string) => run('sft.openRun', { kind: 'run', folder: path });

/** What is at the end of a list is opened from it by its keys: so everything is there. */
const opensLast = (view: string, label: RegExp) =>
  until(`the last of ${view} is opened`, async () => {
    await run(`sft.${view}.focus`);
    await run('list.focusLast');
    await run('list.select');
    return vscode.window.tabGroups.all.some(({ tabs }) => tabs.some((one) => label.test(one.label)));
  });

// The one exception from "no assertions about time": processor time, as `support/profile.ts` counts it.
describe('no handler keeps the host busy for 50 ms', () => {
  let folder: string;
  let live: string;
  let training: ChildProcess | undefined;
  let sent: Sent;

  before(async function () {
    this.timeout(120_000);
    await extension().activate();
    const [first] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(first);
    folder = join(first.uri.fsPath, 'many');
    await writeTinyBase(join(folder, 'base'), 1);
    await writeManySfts(join(folder, 'sfts'), many);
    writeManyRuns(join(folder, 'runs'), many);
    const long = eventsOf({ name: 'long', full: 60_000, sparse: 40_000, layers: 12 });
    writeRun(join(folder, 'runs/zz-long-1'), 'long', long.whole());
    live = join(folder, 'runs/live-1');
    sent = listenToWebviews();
  });
  after(async () => {
    sent.restore();
    training?.kill('SIGKILL');
    await run('workbench.action.closeAllEditors');
    await rm(folder, { recursive: true, force: true });
  });

  it('when the lists are first shown, of 200 SFTs and 201 runs', async function () {
    this.timeout(120_000);
    await keepsFree(async () => {
      await run('sft.bases.focus');
      await opensLast('sfts', /mt-200/);
      await opensLast('runs', /^pos-\d+$/);
    });
  });

  it('when a run of 100,000 steps is opened', async function () {
    this.timeout(120_000);
    await keepsFree(async () => {
      const view = sent.further('view', 1);
      await openRun(join(folder, 'runs/zz-long-1'));
      await view;
    });
  });

  it('while a run streams into its panel', async function () {
    this.timeout(120_000);
    const node = join(extension().extensionPath, 'node_modules/node/bin/node');
    const program = join(extension().extensionPath, 'test/support/inventedLiveRun.ts');
    training = spawn(node, [program, live, 'live'], { stdio: ['ignore', 'ignore', 'inherit'] });
    await until('the run has begun', () => existsSync(join(live, 'events.jsonl')), 60);
    await keepsFree(async () => {
      const [view, events] = [sent.further('view', 1), sent.further('events', 50)];
      await openRun(live);
      await view;
      await events;
    });
  });

  it('while the lists are made anew beside a run that streams', async function () {
    this.timeout(120_000);
    await keepsFree(async () => {
      const events = sent.further('events', 50);
      for (let i = 0; i < 5; i++) {
        await run('sft.refresh');
        await writeManySfts(join(folder, `more-${i}`), 5);
      }
      await run('sft.refresh');
      await events;
    });
  });

  it('while a recipe is typed beside a run that streams', async function () {
    this.timeout(120_000);
    const recipe = vscode.Uri.file(join(folder, 'typed.sft.yaml'));
    const applied = manyNames('mt', many).map((name) => `  - sfts/${name}.sft.safetensors\n`);
    const text = `kind: task\nname: pos\nbase: base\ndata: { train: train.conllu }\napply:\n${applied.join('')}`;
    await vscode.workspace.fs.writeFile(recipe, Buffer.from(text));
    const editor = await vscode.window.showTextDocument(recipe, { viewColumn: vscode.ViewColumn.Beside });
    const said = () => vscode.languages.getDiagnostics(recipe).map(({ message }) => message);
    await keepsFree(async () => {
      const events = sent.further('events', 10);
      for (const key of 'densitee: 1') {
        const { end } = editor.document.lineAt(editor.document.lineCount - 1).range;
        await editor.edit((edit) => edit.insert(end, key));
        await run('vscode.executeCompletionItemProvider', recipe, end);
        await run('vscode.executeHoverProvider', recipe, end);
      }
      await until('the mistake is said', () => said().some((message) => message.includes('densitee')));
      await events;
    });
  });
});
