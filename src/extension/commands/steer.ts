import { existsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import type { LiveStatus } from '../../protocol/liveRun.ts';
import { askForRun } from '../ask.ts';
import { waitFor } from '../cancellable.ts';
import { showInformation } from '../messages.ts';
import { showError } from '../report.ts';
import { runFolderOf } from '../views/nodes.ts';
import type { Window } from '../window.ts';
import type { CommandHandler } from './register.ts';
import { startRun } from './train.ts';
import { trash } from './trash.ts';

/** Lets a run save a checkpoint and wait. */
export const pause: CommandHandler = async (window, argument, selected) => {
  const title = vscode.l10n.t('Pause which run?');
  const folders = await liveRuns(window, { argument, selected, title, statuses: ['running', 'queued'] });
  await eachOf(folders, async (folder) => {
    const name = basename(folder);
    await steer(window, ['pause', folder], {
      title: vscode.l10n.t('Pausing {0}', name),
      left: vscode.l10n.t('{0} still pauses, once its step is done.', name),
    });
  });
};

/** Lets a paused run go on, or starts a stopped or interrupted one from its checkpoint. */
export const resume: CommandHandler = async (window, argument, selected) => {
  const { live } = window.services;
  const folder =
    runFolderOf(argument) ??
    (await askForRun(window.services, vscode.l10n.t('Resume which run?'), ({ folder: run, end }) => {
      const status = live.progress(run)?.live.status;
      return status === 'paused' || status === 'pausing' || end?.resumable === true;
    }));
  if (folder === undefined) return;
  // Those that are to start take the machine one after the other, in the order of the list.
  for (const one of severalOf(selected) ?? [folder]) await resumeOne(window, one);
};

async function resumeOne(window: Window, folder: string): Promise<void> {
  const { live } = window.services;
  if (live.isLive(folder)) {
    const name = basename(folder);
    await steer(window, ['resume', folder], {
      title: vscode.l10n.t('Resuming {0}', name),
      left: vscode.l10n.t('{0} still goes on.', name),
    });
    return;
  }
  await startRun(window, ['resume', folder], dirname(folder));
  (await window.runPanels()).open(folder);
}

/** Ends a run after its step, with a checkpoint. */
export const stop: CommandHandler = async (window, argument, selected) => {
  const title = vscode.l10n.t('Stop which run?');
  const folders = await liveRuns(window, { argument, selected, title });
  await eachOf(folders, async (folder) => {
    const name = basename(folder);
    await end(
      window,
      folder,
      vscode.l10n.t('{0} still stops after its step, and keeps a checkpoint: Resume goes on from it.', name),
    );
  });
};

/** Ends a run and deletes it, which can be undone. */
export const cancel: CommandHandler = async (window, argument, selected) => {
  const title = vscode.l10n.t('Cancel which run?');
  const folders = await liveRuns(window, { argument, selected, title });
  if (folders.length === 0) return;
  const confirm = folders.length > 1 ? vscode.l10n.t('Cancel the Runs') : vscode.l10n.t('Cancel the Run');
  const chosen = await vscode.window.showWarningMessage(
    folders.length > 1
      ? vscode.l10n.t('Cancel these runs? What they have learnt is deleted; "Stop and Keep" keeps it.')
      : vscode.l10n.t('Cancel this run? What it has learnt is deleted; "Stop and Keep" keeps it.'),
    { modal: true, detail: folders.map((folder) => vscode.workspace.asRelativePath(folder)).join('\n') },
    confirm,
  );
  if (chosen !== confirm) return;
  const runs: string[] = [];
  try {
    await eachOf(folders, async (folder) => {
      const left = vscode.l10n.t(
        '{0} still ends after its step, but is not deleted: it keeps a checkpoint, and Resume goes on from it.',
        basename(folder),
      );
      if ((await end(window, folder, left)) && existsSync(folder)) runs.push(folder);
    });
  } finally {
    // Those that have stopped are deleted all the same where another could not be.
    if (runs.length > 0) await trash(window, { runs, files: [] });
  }
};

/** Another size of the mask, while the full phase of a run trains. */
export const changeK: CommandHandler = async (window, argument) => {
  const folder = await liveRun(window, argument, vscode.l10n.t('Change K of which run?'), [
    'running',
    'paused',
  ]);
  if (folder === undefined) return;
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t('How many entries may change?'),
    prompt: vscode.l10n.t('K, while the full phase trains. The next statistics show what it would choose.'),
    validateInput: (given) =>
      /^[1-9]\d{0,14}$/.test(given.replaceAll(/[\s,_.]/g, ''))
        ? undefined
        : vscode.l10n.t('Give a whole number from 1 on.'),
  });
  if (text === undefined) return;
  const k = text.replaceAll(/[\s,_.]/g, '');
  const name = basename(folder);
  await steer(window, ['select', folder, '--k', k], {
    title: vscode.l10n.t('Changing K of {0}', name),
    left: vscode.l10n.t('{0} is still asked for another K.', name),
  });
};

/** Ends the full phase of a run after its step: the mask is chosen. */
export const selectNow: CommandHandler = async (window, argument) => {
  const folder = await liveRun(window, argument, vscode.l10n.t('Choose the mask of which run now?'), [
    'running',
  ]);
  if (folder === undefined) return;
  const name = basename(folder);
  await steer(window, ['select', folder, '--now'], {
    title: vscode.l10n.t('Choosing the mask of {0}', name),
    left: vscode.l10n.t('{0} still chooses its mask, once its step is done.', name),
  });
};

/** Ends a run after its step; `left` as of `steer`. */
async function end(window: Window, folder: string, left: string): Promise<boolean> {
  window.services.acts.ended.add(folder);
  const title = vscode.l10n.t('Stopping {0} after this step', basename(folder));
  return steer(window, ['stop', folder], { title, left });
}

interface SteeringWords {
  /** Of the notification while it lasts. */
  readonly title: string;
  /** What becomes of it when nobody waits for it any more: the run has been asked, or is about to be. */
  readonly left: string;
}

/** Asks a run for something, and waits for the answer, which may come after a long step. Gives whether it came while that was waited for. */
async function steer(
  { services }: Pick<Window, 'services'>,
  args: readonly string[],
  { title, left }: SteeringWords,
): Promise<boolean> {
  const programs = await services.programs();
  const asked = programs
    .sft(args, { onText: (line) => services.log.info(line) })
    .then(() => services.live.look());
  if ((await waitFor(title, asked)) !== undefined) return true;
  asked.catch((error: unknown) => void showError(services, error));
  void showInformation(left);
  return false;
}

/** The runs among the items that are selected in a list; undefined unless there are several. */
function severalOf(selected: unknown): string[] | undefined {
  if (!Array.isArray(selected)) return undefined;
  const folders = selected.map(runFolderOf).filter((folder) => folder !== undefined);
  return folders.length > 1 ? folders : undefined;
}

/** The live runs that are meant: of those that are selected all for which it is something, or the one of `liveRun`. */
async function liveRuns(
  window: Window,
  {
    argument,
    selected,
    title,
    statuses,
  }: {
    readonly argument: unknown;
    readonly selected: unknown;
    readonly title: string;
    readonly statuses?: readonly LiveStatus[];
  },
): Promise<readonly string[]> {
  const several = severalOf(selected);
  if (several === undefined) {
    const folder = await liveRun(window, argument, title, statuses);
    return folder === undefined ? [] : [folder];
  }
  const { live } = window.services;
  return several.filter((folder) => {
    const status = live.progress(folder)?.live.status;
    return live.isLive(folder) && (status === undefined || (statuses?.includes(status) ?? true));
  });
}

/** All at once: each may wait for a long step. What goes wrong with the first is told when all have been asked. */
async function eachOf(folders: readonly string[], work: (folder: string) => Promise<void>): Promise<void> {
  const done = await Promise.allSettled(folders.map(work));
  const failed = done.find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
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
    void showInformation(vscode.l10n.t('There is no run for this.'));
    return undefined;
  }
  const active = (await window.runPanels()).active();
  if (active !== undefined && live.includes(active)) return active;
  if (live.length === 1) return live[0];
  return askForRun(window.services, title, ({ folder }) => live.includes(folder));
}
