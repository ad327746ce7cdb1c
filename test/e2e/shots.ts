import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { settings } from '../../demo/settings.ts';
import { makeWorkspace } from '../../demo/workspace.ts';
import { openFile } from '../support/vscode/driver/editor.ts';
import { runCommand, pick } from '../support/vscode/driver/palette.ts';
import { panelIsDone, shownStep, train } from '../support/vscode/driver/runs.ts';
import { openActivity } from '../support/vscode/driver/tree.ts';
import { repository } from '../support/vscode/places.ts';
import { webview } from '../support/vscode/driver/webview.ts';
import type { Theme } from '../support/vscode/theme.ts';
import { until } from '../support/vscode/until.ts';
import type { Window, WindowOptions } from '../support/vscode/window.ts';

/** A picture for the README and the gallery. */
export interface Shot {
  /** Name of the file in `media/screenshots`, without its ending. */
  readonly name: string;
  readonly theme: Theme;
  readonly window?: Omit<WindowOptions, 'theme'>;
  /** Brings the window into the state that is shown. */
  readonly prepare: (window: Window) => Promise<void>;
}

/** The demo workspace, without what opens the walkthrough; the system removes it one day. */
function demo(): Pick<WindowOptions, 'files' | 'folderName'> {
  const files = mkdtempSync(join(tmpdir(), 'sft-shots-'));
  makeWorkspace(settings.world, join(repository, 'demo/base'), files);
  rmSync(join(files, '.sft-demo'));
  return { files, folderName: 'demo' };
}

async function quiet(page: Page): Promise<void> {
  await runCommand(page, 'Notifications: Clear All Notifications');
}

export const shots: readonly Shot[] = [
  {
    name: 'run-finished',
    theme: 'Dark Modern',
    window: demo(),
    prepare: async ({ page }) => {
      await openActivity(page, 'SFT');
      for (const [recipe, run] of [
        [/^qha/, 'qha-1'],
        [/^pos-qha/, 'pos-qha-1'],
      ] as const) {
        await train(page, recipe, run);
        await panelIsDone(page);
      }
      await quiet(page);
    },
  },
  {
    name: 'run-live',
    theme: 'Light Modern',
    window: demo(),
    prepare: async ({ page }) => {
      await openActivity(page, 'SFT');
      await train(page, /^qha/, 'qha-1');
      await until('the run is in its sparse phase', async () => (await shownStep(page)) > 220);
      await quiet(page);
    },
  },
  {
    name: 'recipe',
    theme: 'Dark Modern',
    window: demo(),
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
    window: demo(),
    prepare: async ({ page }) => {
      await runCommand(page, 'SFT: Estimate');
      await pick(page, /^qha/);
      await page.locator('.part.editor .tab').filter({ hasText: /qha/ }).first().waitFor({ timeout: 60_000 });
      await webview(page).getByText('Memory').first().waitFor({ timeout: 60_000 });
      await quiet(page);
    },
  },
];
