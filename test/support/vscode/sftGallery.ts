import type { Page } from 'playwright-core';
import type { DemoOptions } from './demo.ts';
import { transferBench, transferNotebook, transferTrained } from './demoDocuments.ts';
import { openFile } from './driver/editor.ts';
import { codeCells, outputs, runAll } from './driver/notebook.ts';
import { pick, runCommand } from './driver/palette.ts';
import { pickSeveral } from './driver/runs.ts';
import { webview } from './driver/webview.ts';
import { clearWindow, type View } from './gallery.ts';

/** The demo in which there is something to see of SFTs: they are trained for a moment. */
export const sftGalleryDemo: DemoOptions = {
  steps: 60,
  batchSize: 16,
  trained: transferTrained,
  files: { 'transfer.compose.yaml': transferBench, 'qna.sftnb': transferNotebook },
};

const slow = { timeout: 120_000 };

/** The inspector of an SFT, alone. */
export async function openInspector(page: Page, name = 'qna'): Promise<void> {
  await clearWindow(page);
  await runCommand(page, 'SFT: Inspect SFT', name);
  await pick(page, new RegExp(`^${name}`));
  await webview(page).getByRole('tab', { name: 'Tokens' }).waitFor(slow);
}

/** A tab of the inspector of an SFT. */
export const inspectorTab = (name: string, tab: string, sft?: string): View => ({
  name,
  frame: true,
  async show({ page }) {
    await openInspector(page, sft);
    await webview(page).getByRole('tab', { name: tab }).click();
    await webview(page).getByRole('tabpanel').first().waitFor(slow);
  },
});

/** What is made of SFTs, in a window on that demo. */
export const sftGallery: readonly View[] = [
  {
    name: 'compose',
    frame: true,
    async show({ page }) {
      await clearWindow(page);
      await openFile(page, 'transfer.compose.yaml');
      await webview(page).getByText('up to date').waitFor(slow);
    },
  },
  inspectorTab('inspector-tokens', 'Tokens'),
  inspectorTab('inspector-values', 'Values'),
  inspectorTab('inspector-lineage', 'Lineage'),
  {
    name: 'comparison',
    frame: true,
    async show({ page }) {
      await clearWindow(page);
      await runCommand(page, 'SFT: Compare Selected', 'Compare');
      await pickSeveral(page, [/^qha/, /^qna/]);
      await webview(page).getByText('How they meet').waitFor(slow);
    },
  },
  {
    name: 'notebook',
    frame: true,
    async show({ page }) {
      await clearWindow(page);
      await openFile(page, 'qna.sftnb');
      await codeCells(page).first().waitFor();
      await runAll(page);
      await outputs(page)
        .locator('.sft table')
        .first()
        .waitFor({ state: 'attached', ...slow });
    },
  },
  {
    name: 'results',
    frame: true,
    async show({ page }) {
      await clearWindow(page);
      await runCommand(page, 'SFT: Show Results');
      await webview(page).getByText('pos-qha').first().waitFor(slow);
    },
  },
  {
    name: 'walkthrough',
    frame: false,
    async show({ page }) {
      await clearWindow(page);
      await runCommand(page, 'SFT: Open Walkthrough');
      await page.getByText('Get Started with SFT Studio').first().waitFor();
    },
  },
];
