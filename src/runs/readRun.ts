import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { UserError } from '../core/errors/userError.ts';
import { readError, systemCode } from '../formats/fileErrors.ts';
import { isHubName, modelName } from '../formats/hubCache.ts';
import type { RunHeading } from '../protocol/runPanel.ts';
import { foldEvent, newRunView, type RunView } from '../protocol/runView.ts';
import { reachedOf } from '../protocol/runProgress.ts';
import type { RunListing, WorkElsewhere } from '../protocol/session.ts';
import { parseRecipe } from '../recipe/load.ts';
import { type RunOwner, runOwner } from './owner.ts';
import { readEventBatches } from './readEvents.ts';
import { lastEvent, readRunEnd } from './runEnd.ts';
import { runPaths } from './runFolder.ts';

/**
 * Everything that a run has told, folded. What follows a line that is no event is left out, and said in the notes.
 * @throws UserError `file-unreadable`
 */
export async function readRunView(folder: string): Promise<RunView> {
  const view = newRunView();
  try {
    for await (const batch of readEventBatches(runPaths(folder, '').events))
      for (const event of batch) foldEvent(view, event);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    // A run that has told nothing has no record yet.
    if (error.code !== 'file-missing') foldEvent(view, { type: 'note', text: error.message });
  }
  return view;
}

/** What stands at the head of a run's panel. @throws UserError `file-missing`, of a recipe that was changed by hand */
export async function readRunHeading(folder: string): Promise<RunHeading> {
  const file = runPaths(folder, '').recipe;
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw readError(error, file);
  });
  const { recipe } = parseRecipe(text, file);
  const name = recipe.name ?? basename(folder);
  return {
    name,
    folder: resolve(folder),
    kind: recipe.kind,
    task: recipe.kind === 'task' ? (recipe.task?.type ?? 'tagging') : 'language model',
    base: isHubName(recipe.base) ? recipe.base : modelName(resolve(dirname(file), recipe.base)),
    metric: recipe.validate?.metric ?? null,
    size: await sizeOf(runPaths(folder, name).sft),
  };
}

/** What a list shows of a run, from the ends of its files. @throws UserError as `readRunHeading` */
export async function listRun(folder: string): Promise<RunListing> {
  const { name, kind } = await readRunHeading(folder);
  const paths = runPaths(folder, name);
  const owner = await runOwner(folder);
  const last = await lastEvent(paths.events);
  const done = last?.type === 'done' ? last : undefined;
  return {
    folder: resolve(folder),
    name,
    kind,
    end: owner?.alive === true ? null : await readRunEnd(folder),
    time: await timeOfRun(folder),
    seconds: done?.seconds ?? null,
    metrics: done?.metrics ?? {},
    interval: done?.interval,
    sft: (await sizeOf(paths.sft)) === null ? null : paths.sft,
    elsewhere: owner === undefined || !owner.alive || owner.here ? undefined : await workOf(owner, folder),
  };
}

/** How far another computer is, which cannot be asked: by all that the run has told. */
async function workOf({ host }: RunOwner, folder: string): Promise<WorkElsewhere> {
  const { run } = await readRunView(folder);
  return { host, progress: reachedOf(run) };
}

/** Run folders, the one that was written last first: without reading them, since there may be thousands. */
export async function byTime(folders: readonly string[]): Promise<string[]> {
  const timed: { readonly folder: string; readonly time: number }[] = [];
  for (const folder of folders) timed.push({ folder, time: await timeOfRun(folder) });
  return timed.sort((a, b) => b.time - a.time).map(({ folder }) => folder);
}

/** When a run's record was last written, in milliseconds since 1970; 0 where there is none. */
async function timeOfRun(folder: string): Promise<number> {
  const { events, recipe } = runPaths(folder, '');
  return (await timeOf(events)) ?? (await timeOf(recipe)) ?? 0;
}

async function sizeOf(file: string): Promise<number | null> {
  return (await statOf(file))?.size ?? null;
}

async function timeOf(file: string): Promise<number | undefined> {
  return (await statOf(file))?.mtimeMs;
}

async function statOf(file: string) {
  try {
    return await stat(file);
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return undefined;
  }
}
