import type { Page } from 'playwright-core';
import type { DemoOptions } from '../support/vscode/demo.ts';
import {
  transferBench,
  transferNotebook,
  transferTrained as trained,
} from '../support/vscode/demoDocuments.ts';
import { openFile, statusBarItem } from '../support/vscode/driver/editor.ts';
import { codeCells, outputs, runAll } from '../support/vscode/driver/notebook.ts';
import { runCommand, pick } from '../support/vscode/driver/palette.ts';
import { panelIsDone, shownStep, train } from '../support/vscode/driver/runs.ts';
import { openActivity } from '../support/vscode/driver/tree.ts';
import { webview } from '../support/vscode/driver/webview.ts';
import type { Theme } from '../support/vscode/theme.ts';
import { until } from '../support/vscode/until.ts';
import type { Window } from '../support/vscode/window.ts';

/** A picture for the README and the gallery. */
export interface Shot {
  /** Name of the file in `media/screenshots`, without its ending. */
  readonly name: string;
  readonly theme: Theme;
  /** What has been trained before, and files beside those of the demo. */
  readonly demo?: DemoOptions;
  /** Brings the window into the state that is shown. */
  readonly prepare: (window: Window) => Promise<void>;
}

async function quiet(page: Page): Promise<void> {
  await runCommand(page, 'Notifications: Clear All Notifications');
}

export const shots: readonly Shot[] = [
  {
    name: 'run-finished',
    theme: 'Dark Modern',
    prepare: async ({ page }) => {
      await openActivity(page, 'SFT');
      for (const [recipe, run] of [
        [/^qha/, 'qha-1'],
        [/^pos-qha/, 'pos-qha-1'],
      ] as const) {
        await train(page, recipe, run);
        await panelIsDone(page);
        await statusBarItem(page, `${run} `).waitFor({ state: 'detached' });
      }
      await quiet(page);
    },
  },
  {
    name: 'run-live',
    theme: 'Light Modern',
    prepare: async ({ page }) => {
      await openActivity(page, 'SFT');
      await train(page, /^qha/, 'qha-1');
      await until('the run is in its sparse phase', async () => (await shownStep(page)) > 220);
      await quiet(page);
    },
  },
  {
    name: 'compose',
    theme: 'Dark Modern',
    demo: { trained, files: { 'transfer.compose.yaml': transferBench } },
    prepare: async ({ page }) => {
      await openFile(page, 'transfer.compose.yaml');
      const panel = webview(page);
      await panel.getByText('up to date').waitFor({ timeout: 120_000 });
      await panel.getByRole('slider', { name: 'Coefficient of qna' }).focus();
      for (const key of ['Shift+ArrowLeft', 'Shift+ArrowLeft', 'Shift+ArrowRight', 'Shift+ArrowRight']) {
        await page.keyboard.press(key);
        await panel.getByText('up to date').waitFor({ timeout: 120_000 });
      }
      await panel.getByRole('button', { name: 'Sweep', exact: true }).click();
      await panel.getByText(/^Tuned on/).waitFor({ timeout: 120_000 });
      await panel.getByRole('heading', { level: 1 }).click();
      await runCommand(page, 'View: Close Primary Side Bar');
      await quiet(page);
    },
  },
  {
    name: 'inspector',
    theme: 'Light Modern',
    demo: { trained },
    prepare: async ({ page }) => {
      await openFile(page, 'qna.sft.safetensors');
      await webview(page).getByRole('tab', { name: 'Tokens' }).click();
      await webview(page).getByRole('row').nth(5).waitFor({ timeout: 60_000 });
      await runCommand(page, 'View: Close Primary Side Bar');
      await quiet(page);
    },
  },
  {
    name: 'notebook',
    theme: 'Dark Modern',
    demo: { trained, files: { 'qna.sftnb': transferNotebook } },
    prepare: async ({ page }) => {
      await openFile(page, 'qna.sftnb');
      await codeCells(page).first().waitFor();
      await runAll(page);
      // What lies below the window's end is not drawn.
      await outputs(page).locator('.sft table').first().waitFor({ timeout: 240_000 });
      await page.mouse.move(0, 0);
      await runCommand(page, 'View: Close Primary Side Bar');
      await quiet(page);
    },
  },
  {
    name: 'recipe',
    theme: 'Dark Modern',
    prepare: async ({ page }) => {
      await openFile(page, 'qha.sft.yaml');
      await page.getByText('Estimate').first().waitFor();
      await page.keyboard.press('Control+End');
      await page.keyboard.type('val');
      await page.keyboard.press('Control+Space');
      await page.locator('.suggest-widget .monaco-list-row').first().waitFor();
    },
  },
  {
    name: 'estimate',
    theme: 'Default High Contrast',
    prepare: async ({ page }) => {
      await runCommand(page, 'SFT: Estimate', 'qha');
      await pick(page, /^qha/);
      await page.locator('.part.editor .tab').filter({ hasText: /qha/ }).first().waitFor({ timeout: 60_000 });
      await webview(page).getByText('Memory').first().waitFor({ timeout: 60_000 });
      await quiet(page);
    },
  },
];
