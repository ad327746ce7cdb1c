import { setTimeout as pause } from 'node:timers/promises';
import * as vscode from 'vscode';

/** A little longer than what the editor takes to give the focus back, in milliseconds. */
const back = 150;

/**
 * Waits where the palette has just closed over a page: the editor gives the focus back to the page a moment later, and
 * with it whatever was asked meanwhile would lose the focus, or be closed (microsoft/vscode#93950).
 */
export async function focusSettled(): Promise<void> {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  if (input instanceof vscode.TabInputWebview || input instanceof vscode.TabInputCustom) await pause(back);
}
