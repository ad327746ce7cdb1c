import type { Locator, Page } from 'playwright-core';
import { until } from '../until.ts';
import { quickInput, quickPickItem } from './palette.ts';

/** Opens a file of the workspace by its name, as Ctrl+P does. */
export async function openFile(page: Page, name: string): Promise<void> {
  // Keys and clicks are lost while the window arranges itself, and while the list is still looked for.
  await until(`${name} is in front`, async () => {
    await page.keyboard.press('Control+P');
    await quickInput(page).fill(name, { timeout: 2000 });
    await quickPickItem(page, name).first().click({ timeout: 2000 });
    const tab = page.locator('.part.editor').getByRole('tab', { name, selected: true });
    await tab.waitFor({ timeout: 2000 });
    return true;
  });
}

/** An editor's tab by (part of) its title. */
export const editorTab = (page: Page, title: string | RegExp): Locator =>
  page.locator('.part.editor').getByRole('tab', { name: title });

/** The lines of the text editor that are in sight. */
export async function editorText(page: Page): Promise<string> {
  const lines = page.locator('.part.editor .monaco-editor .view-lines').first();
  return (await lines.innerText()).replaceAll('\u00a0', ' ');
}

/** Waits until the text editor shows this. */
export async function editorShows(page: Page, text: string): Promise<void> {
  await until(`the editor shows ${text}`, async () => (await editorText(page)).includes(text));
}

/** An item of the status bar by (part of) its text. */
export const statusBarItem = (page: Page, text: string | RegExp): Locator =>
  page.locator('.part.statusbar .statusbar-item').filter({ hasText: text });
