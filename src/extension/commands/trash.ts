import * as vscode from 'vscode';
import { cancellableWhenLong } from '../cancellable.ts';
import { showInformation } from '../messages.ts';
import { SftProblem } from '../programs/programs.ts';
import { showError } from '../report.ts';
import { newVoice } from '../voice.ts';
import type { Window } from '../window.ts';
import { type Deleted, deletedOf, setDeleted } from './deleted.ts';
import { type Deletion, deletedWords } from './deletion.ts';

/** What has been done of something that may have been cancelled, or have failed. */
interface Done {
  readonly cancelled: boolean;
  readonly failure?: { readonly error: unknown };
}

/** Deletes, says so and offers to bring it back. */
export async function trash(window: Window, deletion: Deletion): Promise<void> {
  const { services } = window;
  const runs: string[] = [];
  const files: string[] = [];
  const ids: string[] = [];
  // Another disk's files are copied, which takes its time.
  const { cancelled, failure } = await cancellableWhenLong(vscode.l10n.t('Deleting'), (signal) =>
    oneByOne([...deletion.runs, ...deletion.files], signal, async (path) => {
      const moved = await (await services.session()).ask('trash', { paths: [path] }, signal);
      ids.push(...moved);
      if (moved.length > 0) (deletion.runs.includes(path) ? runs : files).push(path);
    }),
  );
  const deleted = ids.length === 0 ? undefined : { ids, what: deletedWords({ runs, files }, newVoice().t) };
  if (deleted !== undefined) await setDeleted(services.context, [...deletedOf(services.context), deleted]);
  void window.views.refresh();
  if (failure !== undefined) await showError(services, failure.error);
  if (deleted !== undefined) void offerUndo(window, deleted, cancelled);
  else if (cancelled) void showInformation(vscode.l10n.t('Nothing was deleted.'));
}

/** Brings back what was deleted together. @throws SftProblem where a part of it cannot be brought back */
export async function restore(window: Window, deleted: Deleted): Promise<void> {
  const { services } = window;
  const { context } = services;
  const others = deletedOf(context).filter(({ ids }) => !ids.some((id) => deleted.ids.includes(id)));
  const left = [...deleted.ids];
  const { cancelled, failure } = await cancellableWhenLong(vscode.l10n.t('Bringing back'), (signal) =>
    oneByOne(deleted.ids, signal, async (id) => {
      try {
        const restored = await (await services.session()).ask('restore', { ids: [id] }, signal);
        if (restored.length > 0) left.splice(left.indexOf(id), 1);
      } catch (error) {
        // What is gone for good is not offered again.
        if (error instanceof SftProblem && error.code === 'trash-missing') left.splice(left.indexOf(id), 1);
        throw error;
      }
    }),
  );
  await setDeleted(context, left.length === 0 ? others : [...others, { ...deleted, ids: left }]);
  void window.views.refresh();
  if (failure !== undefined) throw failure.error;
  const what =
    cancelled && left.length > 0
      ? vscode.l10n.t(
          '{0} of {1} are still in the trash: "Undo Delete" brings them back.',
          left.length,
          deleted.ids.length,
        )
      : vscode.l10n.t('Brought back: {0}', deleted.what);
  void showInformation(what);
}

async function offerUndo(window: Window, deleted: Deleted, cancelled: boolean): Promise<void> {
  const undo = vscode.l10n.t('Undo');
  const text = cancelled
    ? vscode.l10n.t('Deleted before you cancelled: {0}. The rest is kept.', deleted.what)
    : vscode.l10n.t('Deleted: {0}', deleted.what);
  if ((await showInformation(text, undo)) !== undo) return;
  try {
    await restore(window, deleted);
  } catch (error) {
    await showError(window.services, error);
  }
}

/** One by one, so that of those that went before a failure none is forgotten. */
async function oneByOne<T>(
  all: readonly T[],
  signal: AbortSignal,
  does: (one: T) => Promise<void>,
): Promise<Done> {
  try {
    for (const one of all) {
      if (signal.aborted) return { cancelled: true };
      await does(one);
    }
    return { cancelled: signal.aborted };
  } catch (error) {
    return { cancelled: signal.aborted, failure: { error } };
  }
}
