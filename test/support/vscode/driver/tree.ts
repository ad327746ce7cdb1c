import type { Locator, Page } from 'playwright-core';
import { until } from '../until.ts';

/** Opens one of the views containers by its name in the activity bar. */
export async function openActivity(page: Page, name: string): Promise<void> {
  const tab = page.locator('.part.activitybar').getByRole('tab', { name });
  await tab.waitFor();
  if ((await tab.getAttribute('aria-selected')) !== 'true') await tab.click();
}

/** A tree, by the title of its view. */
export const tree = (page: Page, view: string): Locator => page.getByRole('tree', { name: view });

/** An item of a tree, by (part of) its accessible name. */
export const treeItem = (page: Page, view: string, name: string | RegExp): Locator =>
  tree(page, view).getByRole('treeitem', { name });

/** Opens an item of a tree so that its children show. */
export async function expand(page: Page, view: string, name: string | RegExp): Promise<void> {
  const item = treeItem(page, view, name).first();
  await item.waitFor();
  if ((await item.getAttribute('aria-expanded')) !== 'false') return;
  await item.click();
  // A click opens folders, unless the item has a command of its own.
  if ((await item.getAttribute('aria-expanded')) === 'false') await page.keyboard.press('ArrowRight');
}

/** Chooses an entry of an item's context menu. */
export async function contextMenu(page: Page, item: Locator, entry: string | RegExp): Promise<void> {
  await item.click({ button: 'right' });
  const menu = page.locator('.monaco-menu:visible');
  await menu.waitFor();
  // A menu that has just opened takes no click.
  await until('the menu closes', async () => {
    const chosen = menu.getByRole('menuitem', { name: entry }).first();
    await chosen.click({ timeout: 1000 }).catch(() => undefined);
    return (await menu.count()) === 0;
  });
}
