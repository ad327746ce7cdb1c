import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { LiveStatus } from '../../protocol/liveRun.ts';
import { askForRun } from '../ask.ts';
import { runFolderOf } from '../views/nodes.ts';
import type { Window } from '../window.ts';
import type { CommandHandler } from './register.ts';
import { startRun } from './train.ts';

/** Lets a run save a checkpoint and wait. */
export const pause: CommandHandler = async (window, argument) => {
  const folder = await liveRun(window, argument, vscode.l10n.t('Pause which run?'), ['running', 'queued']);
  if (folder !== undefined) await steer(window, 'pause', folder);
};

/** Lets a paused run go on, or starts a stopped or interrupted one from its checkpoint. */
export const resume: CommandHandler = async (window, argument) => {
  const { live } = window.services;
  const folder =
    runFolderOf(argument) ??
    (await askForRun(window.services, vscode.l10n.t('Resume which run?'), ({ folder: run, end }) => {
      const status = live.progress(run)?.live.status;
      return status === 'paused' || end?.resumable === true;
    }));
  if (folder === undefined) return;
  if (live.isLive(folder)) {
    await steer(window, 'resume', folder);
    return;
  }
  await startRun(window, ['resume', folder], dirname(folder));
  (await window.runPanels()).open(folder);
};

/** Ends a run after its step, with a checkpoint. */
export const stop: CommandHandler = async (window, argument) => {
  const folder = await liveRun(window, argument, vscode.l10n.t('Stop which run?'));
  if (folder !== undefined) await steer(window, 'stop', folder, vscode.l10n.t('Stopping after this step'));
};

/** Ends a run and deletes it, which can be undone. */
export const cancel: CommandHandler = async (window, argument) => {
  const folder = await liveRun(window, argument, vscode.l10n.t('Cancel which run?'));
  if (folder === undefined) return;
  const confirm = vscode.l10n.t('Cancel the Run');
  const chosen = await vscode.window.showWarningMessage(
    vscode.l10n.t('Cancel this run? What it has learnt is deleted; "Stop and Keep" keeps it.'),
    { modal: true, detail: vscode.workspace.asRelativePath(folder) },
    confirm,
  );
  if (chosen === confirm) await steer(window, 'cancel', folder, vscode.l10n.t('Cancelling after this step'));
};

async function steer({ services }: Window, how: string, folder: string, title?: string): Promise<void> {
  const programs = await services.programs();
  if (how === 'stop' || how === 'cancel') services.acts.ended.add(folder);
  const work = async () => {
    await programs.sft([how, folder], { onText: (line) => services.log.info(line) });
    await services.live.look();
  };
  if (title === undefined) await work();
  else await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, work);
}

/** The live run that is meant: the argument's, that of the panel in front, the only one, or one that is asked for. */
async function liveRun(
  window: Window,
  argument: unknown,
  title: string,
  statuses?: readonly LiveStatus[],
): Promise<string | undefined> {
  const given = runFolderOf(argument);
  if (given !== undefined) return given;
  await window.services.live.look();
  const live = window.services.live
    .all()
    .filter(({ entry, progress }) => statuses?.includes(progress?.live.status ?? entry.status) ?? true)
    .map(({ entry }) => entry.folder);
  if (live.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('There is no run for this.'));
    return undefined;
  }
  const active = (await window.runPanels()).active();
  if (active !== undefined && live.includes(active)) return active;
  if (live.length === 1) return live[0];
  return askForRun(window.services, title, ({ folder }) => live.includes(folder));
}
