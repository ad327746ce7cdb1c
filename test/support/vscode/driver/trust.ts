import type { Window } from '../window.ts';
import { statusBarItem } from './editor.ts';
import { runCommand } from './palette.ts';

/** Trusts the folder of a window that was opened as restricted. */
export async function trustWorkspace({ page }: Window): Promise<void> {
  await runCommand(page, 'Workspaces: Manage Workspace Trust');
  await page.locator('.workspace-trust-editor').getByRole('button', { name: 'Trust', exact: true }).click();
  await statusBarItem(page, 'Restricted Mode').waitFor({ state: 'detached' });
}
