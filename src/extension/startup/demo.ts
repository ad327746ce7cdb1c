import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Services } from '../services.ts';
import { followDemoRuns } from './steps.ts';

/** A file by which the demo workspace is known. */
export const demoMarker = '.sft-demo';

const shownKey = 'sft.walkthroughShown';

/** Opens the walkthrough when the demo workspace is opened for the first time. Costs a look at one file. */
export async function startDemo({ context, log, live }: Services): Promise<void> {
  try {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    if (folder?.uri.scheme !== 'file' || !(await hasMarker(folder.uri.fsPath))) return;
    if (context.workspaceState.get(shownKey) !== true) {
      await context.workspaceState.update(shownKey, true);
      await vscode.commands.executeCommand('sft.openWalkthrough');
    }
    // Only now: a step of the walkthrough is done by this key, but not by one that was set before the step was known.
    await vscode.commands.executeCommand('setContext', 'sft.inDemo', true);
    await followDemoRuns(folder.uri, context, live);
  } catch (error) {
    log.warn(error instanceof Error ? error.message : String(error));
  }
}

async function hasMarker(folder: string): Promise<boolean> {
  return (await stat(join(folder, demoMarker)).catch(() => undefined)) !== undefined;
}
