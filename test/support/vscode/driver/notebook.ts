import type { FrameLocator, Locator, Page } from 'playwright-core';
import { webview } from './webview.ts';

/** The code cells of the notebook in sight. */
export const codeCells = (page: Page): Locator => page.locator('.notebook-editor .code-cell-row');

/** Runs all cells, with the notebook's own button. */
export async function runAll(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Run All' }).click();
}

/** The frame in which all outputs of a notebook are. Its body has no height: wait with `state: 'attached'`. */
export const outputs = (page: Page): FrameLocator => webview(page);
