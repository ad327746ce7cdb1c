import { basename } from 'node:path';
import * as vscode from 'vscode';
import { userError } from '../../core/errors/userError.ts';
import type { Dependent } from '../../protocol/session.ts';
import { askForMade, findRuns, findSfts, foundOnly } from '../ask.ts';
import { waitFor } from '../cancellable.ts';
import { showInformation } from '../messages.ts';
import { filesOf, patterns } from '../views/files.ts';
import { newVoice } from '../voice.ts';
import type { Window } from '../window.ts';
import { deletedOf } from './deleted.ts';
import { type Deletion, deletionOf, questionOf } from './deletion.ts';
import type { CommandHandler } from './register.ts';
import { restore, trash } from './trash.ts';

/** Deletes runs and SFTs, once the user knows what depends on them; it can be undone. */
export const deleteSelected: CommandHandler = async (window, argument, selected) => {
  const deletion = await deletionWanted(window, argument, selected);
  if (deletion === undefined) return;
  await refuseLive(window, deletion);
  const looked = await waitFor(
    vscode.l10n.t('Looking for what depends on it'),
    dependentsOf(window, deletion),
  );
  if (looked === undefined) return;
  const { text, detail } = questionOf(deletion, looked.done, newVoice().t);
  const confirm = vscode.l10n.t('Delete');
  if ((await vscode.window.showWarningMessage(text, { modal: true, detail }, confirm)) !== confirm) return;
  await trash(window, deletion);
};

/** Brings back what was deleted last in this workspace. */
export const undoDelete: CommandHandler = async (window) => {
  const last = deletedOf(window.services.context).at(-1);
  if (last === undefined) {
    void showInformation(vscode.l10n.t('Nothing was deleted that could be brought back.'));
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
  const title = vscode.l10n.t('Delete which?');
  const asked = await askForMade(
    window.services,
    title,
    (run) => run.end !== null && !live.isLive(run.folder),
  );
  return asked === undefined ? undefined : deletionOf([asked]);
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
  const [benches, notebooks] = await Promise.all([filesOf(patterns.bench), filesOf(patterns.notebook)]);
  return session.ask('dependents', { files: [...files, ...made], runs, sfts, recipes, benches, notebooks });
}
