import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { UserError, userError } from '../core/errors/userError.ts';
import type { DoneEvent, RunEvent } from '../protocol/events.ts';
import { recipeHash } from '../recipe/hash.ts';
import { loadRecipe, type LoadedRecipe } from '../recipe/load.ts';
import { hasCheckpoint, loadCheckpoint, type CheckpointExtra } from '../runs/checkpoint.ts';
import { readRecord } from '../runs/checkpointFolder.ts';
import { truncateEvents } from '../runs/eventLog.ts';
import { removeLeftovers } from '../runs/leftovers.ts';
import { readEvents } from '../runs/readEvents.ts';
import { isRecipeOfRun, latestRun, runsFolderOf, type RunPaths } from '../runs/runFolder.ts';
import type { TrainingState } from '../training/state.ts';
import { resolveWithFacts, type PreparedRun } from './prepare.ts';

/** Where a run that is to be resumed stands; with neither it begins anew. */
export interface Whereabouts {
  readonly checkpoint?: { readonly state: TrainingState; readonly extra: CheckpointExtra } | undefined;
  /** The last event of a run that has come to its end. */
  readonly finished?: DoneEvent | undefined;
  /** Threads that a run had which begins anew: the bits of its result depend on them. */
  readonly threads?: number | undefined;
  /** The engine that it had. */
  readonly engine?: string | undefined;
}

/** The folder of the run to resume: `out`, that of a run's own recipe.yaml, or the newest run of the recipe in `runs`. */
export async function resumedFolder(
  { file }: LoadedRecipe,
  name: string,
  { out, runs }: { readonly out: string | undefined; readonly runs: string | undefined },
): Promise<string> {
  if (out !== undefined) return resolve(out);
  if (isRecipeOfRun(file)) return dirname(resolve(file));
  const folder = runs ?? runsFolderOf(file);
  return (await latestRun(folder, name)) ?? folder;
}

/**
 * Finds out where a run goes on, and cuts its record of events back to there. A run that was ended before its first
 * checkpoint starts again in the same folder, which leads to the same result.
 * @throws UserError of the checkpoint (`checkpoint-other-recipe`, ...) and of the events; `run-finished`
 */
export async function whereToGoOn(run: RunPaths, prepared: PreparedRun, hash: string): Promise<Whereabouts> {
  await removeLeftovers(run.folder);
  if (await hasCheckpoint(run.checkpoint)) {
    const checkpoint = await loadCheckpoint(run.checkpoint, hash);
    await truncateEvents(run.events, checkpoint.extra.eventsLength);
    return { checkpoint };
  }
  const before = await resolveWithFacts(await loadRecipe(run.recipe), prepared.base);
  if (recipeHash(before) !== recipeHash(prepared.recipe)) {
    throw userError('checkpoint-other-recipe', undefined, { file: run.recipe });
  }
  const { last, threads, engine } = await past(run.events);
  if (last?.type === 'done') {
    if (!existsSync(run.sft)) throw userError('run-finished', undefined, { file: run.sft });
    return { finished: last };
  }
  await truncateEvents(run.events, 0);
  return { threads, engine };
}

/** The engine of a run's checkpoint, or of its start; undefined for one that has not begun. */
export async function engineBefore({ checkpoint, events }: RunPaths): Promise<string | undefined> {
  return (await readRecord(checkpoint))?.engine.engine ?? (await past(events)).engine;
}

/** Tells the events of the record; one that is damaged does not keep a run from going on. */
export async function tellPast(file: string, tell: (event: RunEvent) => void): Promise<void> {
  try {
    for await (const event of readEvents(file)) tell(event);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
  }
}

interface Past {
  readonly last?: RunEvent;
  readonly threads?: number;
  readonly engine?: string;
}

async function past(file: string): Promise<Past> {
  let found: Past = {};
  if (!existsSync(file)) return found;
  for await (const event of readEvents(file)) {
    found = {
      ...found,
      last: event,
      ...(event.type === 'start' ? { threads: event.threads, engine: event.engine } : {}),
    };
  }
  return found;
}
