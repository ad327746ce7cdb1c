import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { tinyRecipe, type DemoOptions } from './demo.ts';
import { transferTrained } from './demoDocuments.ts';
import { editorTab, openFile } from './driver/editor.ts';
import { codeCells, outputs, runAll } from './driver/notebook.ts';
import { notification, pressInDialog } from './driver/notifications.ts';
import { pick, quickInput, quickPickItem, runCommand } from './driver/palette.ts';
import { pressLens } from './driver/problems.ts';
import { longRun, pickSeveral, runPanel } from './driver/runs.ts';
import { openActivity, treeItem } from './driver/tree.ts';
import { webview } from './driver/webview.ts';
import { clearWindow, fillGallery, openRun, type View } from './gallery.ts';
import { repository } from './places.ts';
import { inspectorTab, openInspector } from './sftGallery.ts';
import type { Window } from './window.ts';

// Views as they are seen less often, and what lies a step further in. They are for the eye: `npm run screenshots -- --all FOLDER`.

const slow = { timeout: 120_000 };

/** Of a window on a folder in which there is nothing. */
export const emptyGallery: readonly View[] = [
  {
    name: 'empty-views',
    frame: false,
    async show({ page }) {
      await clearWindow(page);
      await openActivity(page, 'SFT');
      await page.getByText('There is no SFT yet').waitFor();
    },
  },
  {
    name: 'published-sfts',
    frame: false,
    async show({ page }) {
      await clearWindow(page);
      await runCommand(page, 'SFT: Search Published SFTs...');
      await quickInput(page).fill('maltese');
      await quickPickItem(page, 'cambridgeltl/mbert-lang-sft-mt-small').waitFor();
    },
  },
];

/** Of a window in restricted mode. */
export const restrictedGallery: readonly View[] = [
  {
    name: 'restricted',
    frame: false,
    async show({ page }) {
      await clearWindow(page);
      await openActivity(page, 'SFT');
      await openFile(page, 'pos.sft.yaml');
      await page.getByText('Restricted mode: training is off').first().waitFor();
    },
  },
];

/** Fills the gallery's window, and lets one more run wait for its turn. */
export async function fillStates(window: Window): Promise<void> {
  await fillGallery(window);
  const { folder, home, page } = window;
  await openActivity(page, 'SFT');
  await treeItem(page, 'Runs', /^pos-en-4, full/).waitFor();
  const waiting = join(folder, 'runs/pos-en-5');
  mkdirSync(waiting, { recursive: true });
  spawn(process.execPath, [join(repository, 'test/support/inventedLiveRun.ts'), waiting, 'pos-en'], {
    stdio: 'ignore',
    env: { ...process.env, SFT_HOME: home },
  });
}

/** Of a window that `fillStates` has filled. */
export const stateGallery: readonly View[] = [
  {
    name: 'run-queued',
    frame: true,
    async show({ page }) {
      await openRun(page, 'pos-en-5');
      await webview(page).getByText('in line').first().waitFor();
    },
  },
  {
    name: 'run-overlaid',
    frame: true,
    async show({ page }) {
      await clearWindow(page);
      await runCommand(page, 'SFT: Compare Runs', 'pos-en-1');
      await pick(page, /^pos-en-1/);
      await pickSeveral(page, [/^pos-en-3/]);
      await webview(page).locator('.chip').first().waitFor();
    },
  },
  {
    name: 'run-paused',
    frame: true,
    async show({ page }) {
      await openRun(page, 'pos-en-4');
      const panel = webview(page);
      // In the next theme it stands still already; nobody resumes it.
      const pause = panel.getByRole('button', { name: 'Pause' });
      if (await pause.isVisible()) await pause.click();
      await panel.locator('.state-paused').waitFor();
    },
  },
];

const task = 'runs/pos-qha-1/pos-qha.sft.safetensors';
const [near, far] = ['runs/qha-1/qha.sft.safetensors', 'runs/qna-1/qna.sft.safetensors'];

/** A notebook for each kind of cell. */
const cells = {
  interference: `interference:
  sfts: [${near}, ${far}]
  modules: true`,
  attribute: `attribute:
  base: base
  sft: ${task}
  data: data/qni-test.conllu`,
  pruning: `attribute:
  base: base
  sft: ${task}
  keep: [1, 10, 50, 100]
  data: data/qni-test.conllu`,
  sweep: `sweep:
  base: base
  sfts: [${task}, ${far}]
  over:
    - { sft: 1, from: 0, to: 1, steps: 3 }
    - { sft: 2, from: 0, to: 1, steps: 3 }
  data: data/qna-test.conllu`,
  compare: `compare:
  base: base
  systems: { task: [${task}], composed: [${task}, ${far}] }
  data: [data/qna-test.conllu, data/qni-test.conllu]

%% sft-cell
expect:
  - composed on mean > task by 100 points
  - composed on qna-test > task`,
} as const;

const notebooks = Object.fromEntries(
  Object.entries(cells).map(([name, text]) => [`${name}.sftnb`, `%% sftnb 1\n\n%% sft-cell\n${text}\n`]),
);

const sweepFile = `recipe: tiny.sft.yaml
vary: { select.density: [0.05, 0.2] }
seeds: [1, 2]
evaluate:
  - name: hausa
    data: data/qha.txt
`;

/** The demo in which there is more to see of SFTs. */
export const furtherDemo: DemoOptions = {
  steps: 60,
  batchSize: 16,
  trained: transferTrained,
  files: { ...notebooks, 'tiny.sft.yaml': tinyRecipe('tiny'), 'density.sweep.yaml': sweepFile },
};

/** What a kind of cell gives. */
const cell = (kind: keyof typeof cells, shown: string | RegExp): View => ({
  name: `cell-${kind}`,
  frame: true,
  async show({ page }) {
    await clearWindow(page);
    await openFile(page, `${kind}.sftnb`);
    await codeCells(page).first().waitFor();
    await runAll(page);
    await outputs(page)
      .getByText(shown)
      .first()
      .waitFor({ state: 'attached', ...slow });
    await page.getByRole('button', { name: 'Stop Execution' }).waitFor({ state: 'detached', ...slow });
    await page.mouse.move(0, 0);
  },
});

/** Of a window on that demo. */
export const furtherGallery: readonly View[] = [
  inspectorTab('inspector-head', 'Head', 'pos-qha'),
  inspectorTab('inspector-recipe', 'Recipe', 'pos-qha'),
  inspectorTab('inspector-metadata', 'Metadata', 'pos-qha'),
  {
    name: 'inspector-module',
    frame: true,
    async show({ page }) {
      await openInspector(page, 'qna');
      await openPlace(page);
    },
  },
  {
    name: 'other-k',
    frame: true,
    async show({ page }) {
      await openRun(page, 'qna-1');
      const panel = await runPanel(page, 'qna-1');
      await panel.getByRole('button', { name: 'Try other K' }).click();
      const slider = panel.getByRole('slider', { name: 'K of another mask' });
      await slider.waitFor(slow);
      await slider.focus();
      await page.keyboard.press('PageDown');
    },
  },
  {
    name: 'notification',
    frame: false,
    async show({ page }) {
      await clearWindow(page);
      await runCommand(page, 'SFT: Evaluate SFT on File', 'Evaluate which SFTs');
      await pickSeveral(page, [/^pos-qha/]);
      await quickPickItem(page, 'data/qna-test.conllu').waitFor();
      await pick(page, 'data/qna-test.conllu');
      const said = notification(page, 'pos-qha on qna-test.conllu');
      await said.waitFor(slow);
      await said.hover();
    },
  },
  cell('interference', /qha and qna: cosine/),
  cell('attribute', /without layer 1/),
  cell('pruning', /100/),
  cell('sweep', /coefficient/),
  cell('compare', /fails/),
  {
    name: 'sweep-matrix',
    frame: true,
    async show({ page }) {
      await clearWindow(page);
      await openFile(page, 'density.sweep.yaml');
      await pressLens(page, 'Run Sweep');
      const dialog = page.locator('.monaco-dialog-box');
      const done = notification(page, /all (4 )?runs are done/);
      await dialog.or(done).first().waitFor(slow);
      if (await dialog.isVisible()) await pressInDialog(page, /Run density/, 'Run Here');
      await done.waitFor({ timeout: longRun * 1000 });
      await editorTab(page, 'density.sweep.yaml').click();
      await pressLens(page, 'Show Matrix');
      await editorTab(page, /density matrix/).waitFor(slow);
      await webview(page).getByRole('row').first().waitFor();
      await runCommand(page, 'View: Hide Panel');
    },
  },
];

async function openPlace(page: Page): Promise<void> {
  const panel = webview(page);
  await panel.getByRole('gridcell', { name: /^layer 1, query/ }).click();
  await panel.getByRole('button', { name: 'Look into head 1' }).click();
  await panel.getByRole('table', { name: 'Rows of head 1' }).waitFor(slow);
}
