import * as vscode from 'vscode';
import type { Window } from '../window.ts';
import { liveBeforeKey } from './liveBefore.ts';
import { noticeLive } from './noticeLive.ts';
import type { Status } from './status.ts';

/** Registers what a window says of live runs: status bar, messages. Loads none of it before there is a run. */
export function registerStatus(window: Window): vscode.Disposable {
  const { live, home, context, log } = window.services;
  let made: Promise<Status> | undefined;
  const status = (): Promise<Status> =>
    (made ??= import('./status.ts').then(async ({ newStatus }) => {
      const known = newStatus(window);
      await known.findAgain();
      return known;
    }));
  const quietly = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
  };
  const before: unknown = context.workspaceState.get(liveBeforeKey);
  // The window was closed over a run: whatever became of it is to be told.
  if (Array.isArray(before) && before.length > 0) void quietly(status);
  return vscode.Disposable.from(
    noticeLive(home.live, () => void quietly(status)),
    live.onDidChange(() => void quietly(async () => (await status()).update())),
    live.onDidEnd((run) => void quietly(async () => (await status()).ended(run))),
    vscode.commands.registerCommand('_sft.openLive', async () => (await status()).openLive()),
    { dispose: () => void made?.then((known) => known.dispose()) },
  );
}
