import type { Page } from 'playwright-core';
import type { Window } from '../window.ts';
import { statusBarItem } from './editor.ts';
import { runCommand } from './palette.ts';

/** Trusts the folder of a window that was opened as restricted. */
export async function trustWorkspace({ page }: Window): Promise<void> {
  await runCommand(page, 'Workspaces: Manage Workspace Trust');
  await grantTrust(page);
}

/** Trusts the folder in VS Code's editor of trust, which something has opened, and closes that. */
export async function grantTrust(page: Page): Promise<void> {
  await page.locator('.workspace-trust-editor').getByRole('button', { name: 'Trust', exact: true }).click();
  await statusBarItem(page, 'Restricted Mode').waitFor({ state: 'detached' });
  const modal = page.locator('.monaco-modal-editor-block');
  await modal.getByRole('button', { name: 'Close Modal Editor' }).click();
  await modal.waitFor({ state: 'detached' });
}
