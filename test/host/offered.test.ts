import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { connectRun } from '../../src/control/client.ts';
import { homePaths } from '../../src/home/home.ts';
import { liveEntryOf } from '../../src/home/liveEntries.ts';
import { writeManyRuns, writeManySfts } from '../support/inventedFolders.ts';
import { startLiveRun } from '../support/startLiveRun.ts';
import { writeTinyBase } from '../support/tinyWorkspace.ts';
import { openFile } from '../support/vscode/driver/editor.ts';
import {
  iconNames,
  offeredInline,
  offeredInMenu,
  offeredInPalette,
} from '../support/vscode/driver/offered.ts';
import { contextMenu, openActivity, tree, treeItem } from '../support/vscode/driver/tree.ts';
import { trustWorkspace } from '../support/vscode/driver/trust.ts';
import { until } from '../support/vscode/until.ts';
import type { Window } from '../support/vscode/window.ts';
import { windowTest } from '../support/vscode/windowTest.ts';

// What the window offers in each state, as its user finds it: the editor itself evaluates the `when` of every command.

const anyTime = [
  'Add Base Model',
  'Add to Compose',
  'Compare Runs',
  'Compare Selected',
  'Copy Path',
  'Copy as sft Command',
  'Delete',
  'Import SFT',
  'Insert into Notebook',
  'Inspect SFT',
  'New Evaluation Notebook',
  'Open Demo Workspace',
  'Open Run',
  'Open in Compose',
  'Open Walkthrough',
  'Remove Hub Token',
  'Report Issue',
  'Reveal',
  'Show Engine Information',
  'Show Log',
  'Show Results',
];
/** Computes, so that the folder must be trusted. */
const trusted = [
  'Apply and Export',
  'Attribute and Prune SFT',
  'Compose Selected',
  'Estimate',
  'Evaluate SFT on File',
  'Fork with Another Mask...',
  'Predict Selection',
  'Pull from Hub...',
  'Push to Hub...',
  'Resume',
  'Run Sweep',
  'Search Published SFTs...',
  'Set Hub Token',
  'Show Matrix of Sweep',
  'Train',
];
const withFolder = ['New Recipe'];
const whileLive = ['Cancel', 'Change K', 'Choose the Mask Now', 'Pause', 'Stop and Keep'];

const palette = async ({ page }: Window) =>
  (await offeredInPalette(page, 'SFT: '))
    .map((title) => title.replace('SFT: ', ''))
    // The editor's own, for each view.
    .filter((title) => !title.startsWith('Focus on '));
const offers = (...groups: readonly (readonly string[])[]) => groups.flat().toSorted();

/** What an item's menu offers; what cannot be chosen is in brackets. */
const menu = async (page: Page, view: string, name: RegExp) =>
  (await offeredInMenu(page, treeItem(page, view, name).first())).map(({ title, enabled }) =>
    enabled ? title : `(${title})`,
  );

/** Icons of ours in the title bar of a view, whose other icons are the editor's own. */
const above = async (page: Page, section: string) => {
  const header = page.locator(`.pane-header[aria-label="${section}"]`);
  await header.hover();
  return (await iconNames(header.locator('.actions .action-label'))).filter(
    (name) => name !== 'Collapse All',
  );
};

/** Icons of ours above the editor in front. */
const ofEditor = async (page: Page) =>
  (await iconNames(page.locator('.part.editor .editor-actions .action-label')))
    .filter((name) => ['Train', 'Estimate'].includes(name))
    .toSorted();

const sftMenu = [
  'Inspect SFT',
  'Compare Selected',
  'Open in Compose',
  'Evaluate SFT on File',
  'Add to Compose',
  'Attribute and Prune SFT',
  'Insert into Notebook',
  'Compose Selected',
  'Apply and Export',
  'Predict Selection',
  'Push to Hub...',
  'Reveal',
  'Copy Path',
  'Copy as sft Command',
  'Delete',
];
const runMenu = ['Open Run', 'Compare Runs', 'Reveal', 'Copy Path', 'Copy as sft Command'];
/** Of a run that is done. */
const endedMenu = [...runMenu.slice(0, 2), 'Fork with Another Mask...', ...runMenu.slice(2)];
/** While a run computes. */
const runningMenu = [
  ...runMenu.slice(0, 2),
  'Pause',
  'Stop and Keep',
  'Change K',
  'Choose the Mask Now',
  ...runMenu.slice(2),
  'Cancel',
];

async function fill({ folder }: Window): Promise<void> {
  await writeTinyBase(join(folder, 'base'), 1);
  await writeManySfts(join(folder, 'sfts'), 2);
  writeManyRuns(join(folder, 'runs'), 1);
}

async function steer({ home }: Window, run: string, how: 'pause' | 'stop'): Promise<void> {
  const { live } = homePaths({ SFT_HOME: home });
  const client = await connectRun(await until('the run lives', () => liveEntryOf(live, run)));
  await client.steer(how);
  client.close();
}

windowTest(
  'each command is offered where it can do something: without runs, beside a live, a paused and a stopped one, for SFTs',
  async ({ open }) => {
    const files = {
      'x.sft.yaml': 'kind: task\n',
      'n.sftnb': '%% sftnb 1\n\n%% markdown\n# Mine\n',
      'other.yaml': 'kind: task\n',
      'sfts/x.txt': '',
    };
    const window = await open({ extension: 'development', files });
    const { page } = window;
    await openActivity(page, 'SFT');
    await page.getByText('There is no SFT yet.').waitFor();
    await expect.poll(() => palette(window)).toEqual(offers(anyTime, trusted, withFolder));

    await fill(window);
    await treeItem(page, 'SFTs', /^mt-002/).waitFor();
    const ended = treeItem(page, 'Runs', /^pos-001/);
    await ended.waitFor();
    expect(await menu(page, 'SFTs', /^mt-001/)).toEqual(sftMenu);
    expect(await offeredInline(treeItem(page, 'SFTs', /^mt-001/))).toEqual(['Evaluate SFT on File']);
    await treeItem(page, 'SFTs', /^mt-001/).click();
    await treeItem(page, 'SFTs', /^mt-002/).click({ modifiers: ['Control'] });
    await expect.poll(() => tree(page, 'SFTs').locator('[aria-selected=true]').count()).toBe(2);
    expect(await menu(page, 'SFTs', /^mt-002/)).toEqual(sftMenu);
    await expect.poll(() => tree(page, 'SFTs').locator('[aria-selected=true]').count()).toBe(2);
    expect(await menu(page, 'Runs', /^pos-001/)).toEqual([...endedMenu, 'Delete']);
    expect(await offeredInline(ended)).toEqual([]);
    expect(await menu(page, 'Base Models', /^base/)).toEqual(['Reveal', 'Copy Path']);
    await expect.poll(() => palette(window)).toEqual(offers(anyTime, trusted, withFolder));

    // Above the lists, and above an editor: only of recipes.
    expect(await above(page, 'SFTs Section')).toEqual(['Import SFT', 'Pull from Hub...', 'Refresh']);
    expect(await above(page, 'Runs Section')).toEqual(['New Recipe', 'Train', 'Refresh']);
    expect(await above(page, 'Base models Section')).toEqual([
      'Add Base Model',
      'Pull from Hub...',
      'Refresh',
    ]);
    await openFile(page, 'x.sft.yaml');
    await expect.poll(() => ofEditor(page)).toEqual(['Estimate', 'Train']);
    await openFile(page, 'n.sftnb');
    const withNotebook = offers(anyTime, trusted, withFolder, ['Export Notebook as HTML']);
    await until(
      'the palette knows of it',
      async () => (await palette(window)).length === withNotebook.length,
    );
    expect(await palette(window)).toEqual(withNotebook);
    await openFile(page, 'other.yaml');
    await expect.poll(() => ofEditor(page)).toEqual([]);
    await expect.poll(() => palette(window)).toEqual(offers(anyTime, trusted, withFolder));

    const run = startLiveRun(join(window.folder, 'runs/live-1'), window.home);
    const live = treeItem(page, 'Runs', /^live-1/);
    await treeItem(page, 'Runs', /^live-1, full/).waitFor();
    await until('the palette knows of it', async () => (await palette(window)).includes('Pause'));
    await expect.poll(() => palette(window)).toEqual(offers(anyTime, trusted, withFolder, whileLive));
    expect(await menu(page, 'Runs', /^live-1/)).toEqual(runningMenu);
    expect(await offeredInline(live)).toEqual(['Pause', 'Stop and Keep']);

    await steer(window, run, 'pause');
    await treeItem(page, 'Runs', /^live-1, paused/).waitFor();
    await expect.poll(() => palette(window)).toEqual(offers(anyTime, trusted, withFolder, whileLive));
    expect(await menu(page, 'Runs', /^live-1/)).toEqual([
      ...runMenu.slice(0, 2),
      'Resume',
      'Stop and Keep',
      ...runMenu.slice(2),
      'Cancel',
    ]);
    expect(await offeredInline(live)).toEqual(['Resume', 'Stop and Keep']);

    await steer(window, run, 'stop');
    await treeItem(page, 'Runs', /^live-1, stopped/).waitFor();
    await until('the palette knows of it', async () => !(await palette(window)).includes('Pause'));
    await expect.poll(() => palette(window)).toEqual(offers(anyTime, trusted, withFolder));
    expect(await menu(page, 'Runs', /^live-1/)).toEqual([
      ...runMenu.slice(0, 2),
      'Resume',
      ...runMenu.slice(2),
      'Delete',
    ]);
    expect(await offeredInline(live)).toEqual(['Resume']);

    // What was deleted can be brought back, until it was.
    await contextMenu(page, treeItem(page, 'Runs', /^live-1/), 'Delete');
    await page
      .locator('.monaco-dialog-box')
      .getByRole('button', { name: /Delete/ })
      .click();
    await live.waitFor({ state: 'detached' });
    await until('the palette knows of it', async () => (await palette(window)).includes('Undo Delete'));
    await expect.poll(() => palette(window)).toEqual(offers(anyTime, trusted, withFolder, ['Undo Delete']));
  },
  300_000,
);

windowTest(
  'what computes is not offered in a folder that is not trusted, until it is; without a folder there are no new recipes',
  async ({ open }) => {
    const window = await open({ extension: 'development', restricted: true, files: { 'sfts/x.txt': '' } });
    const { page } = window;
    await openActivity(page, 'SFT');
    await fill(window);
    await treeItem(page, 'SFTs', /^mt-001/).waitFor();
    await expect.poll(() => palette(window)).toEqual(offers(anyTime, withFolder));
    const off = new Set(trusted);
    const restricted = sftMenu.map((title) => (off.has(title) ? `(${title})` : title));
    expect(await menu(page, 'SFTs', /^mt-001/)).toEqual(restricted);
    await trustWorkspace(window);
    await until('the palette knows of it', async () => (await palette(window)).includes('Train'));
    await expect.poll(() => palette(window)).toEqual(offers(anyTime, trusted, withFolder));
    await treeItem(page, 'SFTs', /^mt-001/).waitFor();
    expect(await menu(page, 'SFTs', /^mt-001/)).toEqual(sftMenu);
    await window.close();

    const empty = await open({ extension: 'development', open: 'nothing' });
    await expect.poll(() => palette(empty)).toEqual(offers(anyTime, trusted));
  },
  300_000,
);
