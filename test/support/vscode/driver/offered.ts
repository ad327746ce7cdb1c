import type { Locator, Page } from 'playwright-core';
import { until } from '../until.ts';
import { quickInput } from './palette.ts';

/** What is read of an element. */
interface Part {
  readonly className: string;
  readonly textContent: string;
  readonly getAttribute: (name: string) => string | null;
  readonly querySelector: (selector: string) => Part | null;
}

// Read in the page in one go: of rows and icons looked at one by one, some are gone before their turn comes.

const placesAndLabels = (rows: Part[]): [number, string][] =>
  rows.map((row) => [
    Number(row.getAttribute('aria-posinset')),
    row.querySelector('.label-name')?.textContent.trim() ?? '',
  ]);

const entriesOfMenu = (entries: Part[]): Offer[] =>
  entries.map((entry) => ({
    title: entry.querySelector('.action-label')?.textContent.trim() ?? '',
    enabled: !/disabled/.test(entry.className) && !entry.querySelector('[aria-disabled=true], .disabled'),
  }));

/** The icons' names. */
export const iconNames = async (icons: Locator): Promise<string[]> =>
  icons.evaluateAll((found: Part[]) => found.map((icon) => icon.getAttribute('aria-label') ?? ''));

/** Titles of all commands that the palette offers for a beginning, in alphabetical order. */
export async function offeredInPalette(page: Page, beginning: string): Promise<string[]> {
  const rows = page.locator('.quick-input-widget:visible .monaco-list-row');
  const found = new Map<number, string>();
  await until('the palette lists its commands', async () => {
    await page.keyboard.press('F1');
    await quickInput(page).fill(`>${beginning}`, { timeout: 2000 });
    await rows.first().waitFor({ timeout: 2000 });
    return true;
  });
  // Only the rows in sight are there: down through all of them.
  const focused = page.locator('.quick-input-widget:visible .monaco-list-row.focused');
  await focused.waitFor();
  const size = Number(await focused.getAttribute('aria-setsize'));
  await until('all rows were in sight', async () => {
    for (const [place, label] of await rows.evaluateAll(placesAndLabels)) found.set(place, label);
    if (found.size >= size) return true;
    await page.keyboard.press('PageDown');
    return false;
  });
  await page.keyboard.press('Escape');
  return [...found.values()].filter((title) => title.startsWith(beginning)).sort();
}

/** An entry of a menu. */
export interface Offer {
  readonly title: string;
  readonly enabled: boolean;
}

/** What an item's context menu has, in its order. */
export async function offeredInMenu(page: Page, item: Locator): Promise<Offer[]> {
  await item.click({ button: 'right' });
  const menu = page.locator('.monaco-menu:visible');
  await menu.waitFor();
  const offers = await menu.locator('.action-item:has([role=menuitem])').evaluateAll(entriesOfMenu);
  await page.keyboard.press('Escape');
  await menu.waitFor({ state: 'hidden' });
  return offers;
}

/** Icons beside an item that do something, by their names. */
export async function offeredInline(item: Locator): Promise<string[]> {
  await item.hover();
  return iconNames(item.locator('.actions .action-label'));
}
