import { basename } from 'node:path';
import * as vscode from 'vscode';
import { userError } from '../../core/errors/userError.ts';
import type { Dependent } from '../../protocol/session.ts';
import { askForRun, findRuns, findSfts, foundOnly } from '../ask.ts';
import { SftProblem } from '../programs/programs.ts';
import { showError } from '../report.ts';
import { filesOf, patterns } from '../views/files.ts';
import { messageText } from '../views/plainText.ts';
import { newVoice } from '../voice.ts';
import type { Window } from '../window.ts';
import { type Deleted, deletedOf, setDeleted } from './deleted.ts';
import { type Deletion, deletedWords, deletionOf, questionOf } from './deletion.ts';
import type { CommandHandler } from './register.ts';

/** Deletes runs and SFTs, once the user knows what depends on them; it can be undone. */
export const deleteSelected: CommandHandler = async (window, argument, selected) => {
  const deletion = await deletionWanted(window, argument, selected);
  if (deletion === undefined) return;
  await refuseLive(window, deletion);
  const { text, detail } = questionOf(deletion, await dependentsOf(window, deletion), newVoice().t);
  const confirm = vscode.l10n.t('Delete');
  if ((await vscode.window.showWarningMessage(text, { modal: true, detail }, confirm)) !== confirm) return;
  const deleted = await trash(window, deletion);
  if (deleted !== undefined) void offerUndo(window, deleted);
};

/** Brings back what was deleted last in this workspace. */
export const undoDelete: CommandHandler = async (window) => {
  const last = deletedOf(window.services.context).at(-1);
  if (last === undefined) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('Nothing was deleted that could be brought back.'),
    );
  } else await restore(window, last);
};

/** What is meant: of the argument and the selection; by a key, what is selected in the tree; else what is asked for. */
async function deletionWanted(
  window: Window,
  argument: unknown,
  selected: unknown,
): Promise<Deletion | undefined> {
  const many: readonly unknown[] = Array.isArray(selected) && selected.length > 0 ? selected : [argument];
  const given = deletionOf(many);
  if (given.runs.length + given.files.length > 0) return given;
  const view =
    typeof argument === 'object' &&
    argument !== null &&
    'view' in argument &&
    typeof argument.view === 'string'
      ? argument.view
      : undefined;
  const inTree = deletionOf(window.views.selection(view));
  if (inTree.runs.length + inTree.files.length > 0) return inTree;
  const { live } = window.services;
  const title = vscode.l10n.t('Delete which run?');
  const folder = await askForRun(
    window.services,
    title,
    (run) => run.end !== null && !live.isLive(run.folder),
  );
  return folder === undefined ? undefined : { runs: [folder], files: [] };
}

/** @throws UserError `run-live` */
async function refuseLive({ services }: Window, { runs }: Deletion): Promise<void> {
  if (runs.length === 0) return;
  await services.live.look();
  const listed = await (await services.session()).ask('listRuns', { folders: runs });
  const atWork = listed.flatMap(foundOnly).filter(({ end }) => end === null);
  const folder = runs.find((run) => services.live.isLive(run)) ?? atWork[0]?.folder;
  if (folder !== undefined) throw userError('run-live', { name: basename(folder) }, undefined);
}

async function dependentsOf({ services }: Window, { runs, files }: Deletion): Promise<readonly Dependent[]> {
  const all = (await findRuns(services)).filter(({ folder }) => !runs.includes(folder));
  const session = await services.session();
  const going = runs.length === 0 ? [] : await session.ask('listRuns', { folders: runs });
  const made = going.flatMap(foundOnly).flatMap(({ sft }) => (sft === null ? [] : [sft]));
  // A run that can go on needs what its recipe applies.
  const unfinished = all.filter(({ end }) => end === null || end.resumable);
  const recipes = [
    ...(await filesOf(patterns.recipe)),
    ...unfinished.map(({ folder }) => vscode.Uri.joinPath(vscode.Uri.file(folder), 'recipe.yaml').fsPath),
  ];
  const sfts = (await findSfts(services)).flatMap(foundOnly).map(({ file }) => file);
  return session.ask('dependents', { files: [...files, ...made], sfts, recipes });
}

/** One by one, so that of those that went before a failure none is forgotten. */
async function trash(window: Window, deletion: Deletion): Promise<Deleted | undefined> {
  const { services } = window;
  const session = await services.session();
  const runs: string[] = [];
  const files: string[] = [];
  const ids: string[] = [];
  let failure: { readonly error: unknown } | undefined;
  const work = async () => {
    try {
      for (const [paths, done] of [
        [deletion.runs, runs],
        [deletion.files, files],
      ] as const) {
        for (const path of paths) {
          ids.push(...(await session.ask('trash', { paths: [path] })));
          done.push(path);
        }
      }
    } catch (error) {
      failure = { error };
    }
  };
  // Another disk's files are copied, which takes its time.
  await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Deleting') },
    work,
  );
  const deleted = ids.length === 0 ? undefined : { ids, what: deletedWords({ runs, files }, newVoice().t) };
  if (deleted !== undefined) await setDeleted(services.context, [...deletedOf(services.context), deleted]);
  void window.views.refresh();
  if (failure !== undefined) await showError(services, failure.error);
  return deleted;
}

async function offerUndo(window: Window, deleted: Deleted): Promise<void> {
  const undo = vscode.l10n.t('Undo');
  const text = messageText(vscode.l10n.t('Deleted: {0}', deleted.what));
  if ((await vscode.window.showInformationMessage(text, undo)) !== undo) return;
  try {
    await restore(window, deleted);
  } catch (error) {
    await showError(window.services, error);
  }
}

async function restore(window: Window, deleted: Deleted): Promise<void> {
  const { services } = window;
  const { context } = services;
  const others = deletedOf(context).filter(({ ids }) => !ids.some((id) => deleted.ids.includes(id)));
  const left = [...deleted.ids];
  try {
    for (const id of deleted.ids) {
      try {
        await (await services.session()).ask('restore', { ids: [id] });
      } catch (error) {
        // What is gone for good is not offered again.
        if (error instanceof SftProblem && error.code === 'trash-missing') left.splice(left.indexOf(id), 1);
        throw error;
      }
      left.splice(left.indexOf(id), 1);
    }
    void vscode.window.showInformationMessage(messageText(vscode.l10n.t('Brought back: {0}', deleted.what)));
  } finally {
    await setDeleted(context, left.length === 0 ? others : [...others, { ...deleted, ids: left }]);
    void window.views.refresh();
  }
}
