import type { Locator, Page } from 'playwright-core';
import { runCommand } from './palette.ts';

const list = (page: Page) =>
  page
    .locator('.notifications-center:visible, .notifications-toasts:visible')
    .locator('.notification-list-item');

/** A notification in sight, a toast or in the open centre. Toasts are suppressed for an extension under development. */
export const notification = (page: Page, text: string | RegExp): Locator =>
  list(page).filter({ hasText: text }).first();

/** Opens the notification centre, where everything is that has not been closed. */
export async function openNotifications(page: Page): Promise<void> {
  await runCommand(page, 'Notifications: Show Notifications');
}

/** Presses a button of a notification. */
export async function pressInNotification(page: Page, text: string | RegExp, button: string): Promise<void> {
  const item = notification(page, text);
  await item.hover();
  await item.getByRole('button', { name: button, exact: true }).click();
}

/** A modal dialog of the workbench. */
export const dialog = (page: Page, text: string | RegExp): Locator =>
  page.locator('.monaco-dialog-box').filter({ hasText: text });

/** Presses a button of a modal dialog. */
export async function pressInDialog(page: Page, text: string | RegExp, button: string): Promise<void> {
  await dialog(page, text).getByRole('button', { name: button, exact: true }).click();
}
