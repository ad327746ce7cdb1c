import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { RunEvent } from '../../../src/protocol/events.ts';
import { writeRun, writeNamedSfts } from '../inventedFolders.ts';
import { eventsOf } from '../inventedRun.ts';
import { tinyWorkspace } from '../tinyWorkspace.ts';
import { openFile } from './driver/editor.ts';
import { pick, quickInput, quickPickItem, runCommand } from './driver/palette.ts';
import { runPanel, shownStep } from './driver/runs.ts';
import { openActivity, treeItem } from './driver/tree.ts';
import { webview } from './driver/webview.ts';
import { repository } from './places.ts';
import { until } from './until.ts';
import type { Window } from './window.ts';

/** Something of ours to look at. */
export interface View {
  readonly name: string;
  /** Whether it is a page of ours in a frame, or part of the editor. */
  readonly frame: boolean;
  /** Brings it into sight, whatever was there before. */
  readonly show: (window: Window) => Promise<void>;
}

const time = '2026-11-25T13:00:00.000Z';

/** Fills a window's folder with what the views show: runs in every state, SFTs of every kind, base, data, recipes. */
export async function fillGallery({ folder, home }: Window): Promise<void> {
  const workspace = await tinyWorkspace(folder);
  workspace.task('pos', { apply: ['sfts/mt.sft.safetensors'] });
  writeFileSync(join(folder, 'wrong.sft.yaml'), wrongRecipe);
  writeFileSync(join(folder, 'half.sft.yaml'), halfRecipe);
  await writeNamedSfts(join(folder, 'sfts'), [
    { name: 'mt', kind: 'language', language: 'mt', metrics: { perplexity: 31.2 } },
    { name: 'wo', kind: 'language', language: 'wo', metrics: { perplexity: 44 } },
    { name: 'pos-en', kind: 'task', task: 'tagging', metrics: { accuracy: 0.944, macroF1: 0.9 } },
    { name: 'pos-en+mt', kind: 'composed', task: 'tagging', metrics: { accuracy: 0.613 } },
  ]);
  writeFileSync(join(folder, 'sfts/broken.sft.safetensors'), 'nothing of the sort');
  const run = eventsOf({ full: 1200, sparse: 1200, layers: 12 });
  const half: RunEvent[] = [run.start, ...run.phase('full', 700)];
  writeRun(join(folder, 'runs/pos-en-1'), 'pos-en', run.whole());
  writeRun(join(folder, 'runs/pos-en-2'), 'pos-en', [
    ...half,
    {
      type: 'failed',
      time,
      code: 'training-diverged',
      message: 'The loss is no longer a number after step 701.',
    },
  ]);
  writeRun(join(folder, 'runs/pos-en-3'), 'pos-en', half);
  writeFileSync(join(folder, 'runs/pos-en-3/exit.json'), '{"code":null,"signal":"SIGKILL"}');
  for (const name of ['pos-en-2', 'pos-en-3'])
    writeFileSync(
      join(folder, `runs/${name}/log.txt`),
      'full 690/1,200 · loss 0.412\nfull 700/1,200 · loss 0.409\n',
    );
  const live = join(folder, 'runs/pos-en-4');
  mkdirSync(live, { recursive: true });
  spawn(
    process.execPath,
    [join(repository, 'test/support/inventedLiveRun.ts'), live, 'pos-en', '1200', '700', '5'],
    {
      stdio: 'ignore',
      env: { ...process.env, SFT_HOME: home },
    },
  );
}

const wrongRecipe = `kind: task
name: pos
base: ./base
densitee: 0.08
data: { train: train.conllu, validation: nowhere.conllu }
select: { density: 8 }
`;

const halfRecipe = `kind: task
name: half
base: ./base
data: { train: train.conllu, validation: dev.conllu }
select: { density: 0.08 }
opt`;

/** What is open in the editor goes, and so does what lies over it. */
export async function clearWindow(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await runCommand(page, 'Notifications: Clear All Notifications');
  await runCommand(page, 'View: Close All Editor Groups');
}

/** The panel of a run, alone. */
export async function openRun(page: Page, run: string): Promise<void> {
  await clearWindow(page);
  await runCommand(page, 'SFT: Open Run', run);
  await pick(page, new RegExp(`^${run}`));
  await runPanel(page, run);
}

const runView = (name: string, run: string, then?: (page: Page) => Promise<void>): View => ({
  name,
  frame: true,
  async show({ page }) {
    await openRun(page, run);
    await webview(page).locator('figure canvas').first().waitFor();
    await then?.(page);
  },
});

const tab = (name: string) => async (page: Page) => {
  await webview(page).getByRole('tab', { name }).click();
  await webview(page)
    .locator(name === 'Table' ? 'tbody tr' : 'pre.text[role=region]')
    .first()
    .waitFor();
};

/** Every view of ours. */
export const gallery: readonly View[] = [
  runView('run-live', 'pos-en-4', async (page) => {
    await until('the run is under way', async () => (await shownStep(page)) > 700);
  }),
  runView('run-finished', 'pos-en-1'),
  runView('run-failed', 'pos-en-2'),
  runView('run-interrupted', 'pos-en-3'),
  runView('run-table', 'pos-en-1', tab('Table')),
  runView('run-recipe', 'pos-en-1', tab('Recipe')),
  runView('run-log', 'pos-en-2', tab('Log')),
  runView('run-beside-a-recipe', 'pos-en-1', async (page) => {
    await openFile(page, 'pos.sft.yaml');
    // The text has the focus: a panel in sight could take it, and with it the place of what is opened next.
    await runCommand(page, 'View: Move Editor into Right Group');
    await webview(page).locator('figure canvas').first().waitFor();
  }),
  {
    name: 'trees-and-status-bar',
    frame: false,
    async show({ page }) {
      await clearWindow(page);
      await openActivity(page, 'SFT');
      await treeItem(page, 'SFTs', /^pos-en\+mt/).waitFor();
      await treeItem(page, 'Runs', /^pos-en-4, full/).waitFor();
      await treeItem(page, 'SFTs', /^mt,/).click();
      await webview(page).getByText('Language SFT').waitFor();
      await treeItem(page, 'SFTs', /^pos-en,/).hover();
      await page.locator('.monaco-hover:visible').waitFor();
    },
  },
  {
    name: 'estimate',
    frame: true,
    async show({ page }) {
      await clearWindow(page);
      await runCommand(page, 'SFT: Estimate', 'pos');
      await pick(page, /^pos/);
      await webview(page).getByText('Memory').first().waitFor({ timeout: 60_000 });
    },
  },
  {
    name: 'engine',
    frame: true,
    async show({ page }) {
      await clearWindow(page);
      await runCommand(page, 'SFT: Show Engine Information');
      await webview(page).getByRole('heading').first().waitFor({ timeout: 60_000 });
    },
  },
  {
    name: 'new-recipe',
    frame: false,
    async show({ page }) {
      await clearWindow(page);
      await runCommand(page, 'SFT: New Recipe', 'New Recipe (1/');
      await quickPickItem(page, 'named entities').click();
      await quickPickItem(page, /base/).first().waitFor();
    },
  },
  {
    name: 'recipe-problems',
    frame: false,
    async show({ page }) {
      await clearWindow(page);
      await openFile(page, 'wrong.sft.yaml');
      await page.locator('.squiggly-error').first().waitFor();
      await runCommand(page, 'Problems: Focus on Problems View');
      await page.locator('.markers-panel .monaco-list-row').first().waitFor();
    },
  },
  {
    name: 'recipe-completion',
    frame: false,
    async show({ page }) {
      await clearWindow(page);
      await runCommand(page, 'View: Hide Panel');
      await openFile(page, 'half.sft.yaml');
      await page.getByText('Estimate').first().waitFor();
      await page.keyboard.press('Control+End');
      await page.keyboard.press('Control+Space');
      await page.locator('.suggest-widget .monaco-list-row').first().waitFor();
    },
  },
];

/** Takes back what a view has left behind, so that the next theme begins as the first one did. */
export async function afterGallery({ page }: Window): Promise<void> {
  await page.keyboard.press('Escape');
  if (await quickInput(page).isVisible()) await page.keyboard.press('Escape');
  await clearWindow(page);
}
