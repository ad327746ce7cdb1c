import type { Locator, Page } from 'playwright-core';
import { until } from '../until.ts';
import { statusBarItem } from './editor.ts';
import { runCommand } from './palette.ts';

/** Opens the Problems view. */
export async function openProblems(page: Page): Promise<void> {
  await runCommand(page, 'Problems: Focus on Problems View');
  await page.locator('.markers-panel').first().waitFor();
}

/** A problem of the open Problems view, by (part of) its text; it ends with its place, as `[Ln 4, Col 1]`. */
export const problem = (page: Page, text: string | RegExp): Locator =>
  page.locator('.markers-panel .monaco-list-row').filter({ hasText: text });

/** Goes to a problem of the open view: its text is selected in the editor, which has the focus. */
export async function goTo(page: Page, shown: Locator): Promise<void> {
  const place = /Ln (\d+)/.exec(await shown.innerText())?.[0] ?? '';
  await shown.dblclick();
  await page.locator('.part.editor .monaco-editor.focused').waitFor();
  await statusBarItem(page, `${place},`).filter({ hasText: 'selected' }).waitFor();
}

/** Applies a quick fix of what is selected in the editor, by its title. */
export async function quickFix(page: Page, title: string): Promise<void> {
  const offered = page.locator('.action-widget').getByText(title, { exact: true });
  await until(`${title} is offered`, async () => {
    // A key that comes while fixes are still asked for is lost.
    await page.keyboard.press('Control+.');
    await offered.waitFor({ timeout: 2000 });
    return true;
  });
  await offered.click();
}

/** What stands above the first line of the recipe in the editor in sight, by all of its words. */
export const lens = (page: Page, words: string): Locator =>
  page.locator('.codelens-decoration a').filter({ hasText: new RegExp(`^\\s*${words}\\s*$`) });

/** Presses one. The editor draws its lenses anew now and then, and a click on an old one is lost. */
export async function pressLens(page: Page, words: string): Promise<void> {
  await lens(page, words).first().click();
}
