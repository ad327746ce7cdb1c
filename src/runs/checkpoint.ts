import { join } from 'node:path';
import { userError } from '../core/errors/userError.ts';
import type { TrainingState } from '../training/state.ts';
import {
  newArraysFile,
  prepareFolder,
  readRecord,
  recordPath,
  type StreamState,
  tidy,
  writeRecord,
} from './checkpointFolder.ts';
import { readStateArrays, writeStateArrays } from './stateTensors.ts';

/** What a checkpoint keeps beside the training state. */
export interface CheckpointExtra {
  /** `recipeHash` of the recipe that the state belongs to. */
  readonly recipeHash: string;
  /** What a bit-exact run depends on: engine, version, instruction set, threads ... */
  readonly engine: Readonly<Record<string, string>>;
  /** Length in bytes of the synced `events.jsonl` up to here: see `EventLog.sync`. */
  readonly eventsLength: number;
  /** For how long the run has worked up to here. */
  readonly seconds: number;
  /** `FileBestStore.file()` of now; what no checkpoint names is removed. */
  readonly best: string | null;
  /** Examples by which lengths in epochs became steps; earlier versions do not tell it. */
  readonly examples?: number | undefined;
  /** Of a text that is read while training goes on. */
  readonly stream?: StreamState | undefined;
}

/**
 * Saves a checkpoint into `folder` (a run's `checkpoint/`), in place of the one there: its arrays under a new name,
 * then the record that names them, then the earlier arrays are removed. So a crash at any moment leaves a whole
 * checkpoint, the earlier one or this; for a while both need room. The arrays must not change meanwhile.
 * @throws UserError `file-disk-full`, `file-unwritable`; the earlier checkpoint is then as it was
 */
export async function saveCheckpoint(
  folder: string,
  state: TrainingState,
  extra: CheckpointExtra,
): Promise<void> {
  const { position, best, lossScale } = state;
  await prepareFolder(folder, extra.best);
  const arrays = newArraysFile('state', position.iteration, position.phase, position.step);
  await writeStateArrays(join(folder, arrays), state);
  await writeRecord(folder, {
    position,
    best: best === null ? null : { value: String(best.value), step: best.step },
    lossScale,
    arrays,
    bestArrays: best === null ? null : extra.best,
    recipeHash: extra.recipeHash,
    engine: extra.engine,
    eventsLength: extra.eventsLength,
    seconds: extra.seconds,
    examples: extra.examples,
    stream: extra.stream,
  });
  await tidy(folder, null);
}

/**
 * Whether `folder` (a run's `checkpoint/`) holds a checkpoint.
 * @throws UserError `checkpoint-broken`, `checkpoint-newer`, `file-unreadable`
 */
export async function hasCheckpoint(folder: string): Promise<boolean> {
  return (await readRecord(folder)) !== undefined;
}

/**
 * Loads the checkpoint of a run that is to go on with the recipe of this hash; all bits are as they were saved.
 * @throws UserError `checkpoint-missing`, `checkpoint-other-recipe`, `checkpoint-newer`, `checkpoint-broken`
 */
export async function loadCheckpoint(
  folder: string,
  recipeHash: string,
): Promise<{ state: TrainingState; extra: CheckpointExtra }> {
  const record = await readRecord(folder);
  if (record === undefined) throw userError('checkpoint-missing', undefined, { file: folder });
  if (record.recipeHash !== recipeHash) {
    throw userError('checkpoint-other-recipe', undefined, { file: recordPath(folder) });
  }
  const arrays = await readStateArrays(join(folder, record.arrays));
  const { position, best, lossScale, bestArrays, engine, eventsLength, seconds, examples, stream } = record;
  return {
    state: {
      position,
      ...arrays,
      best: best === null ? null : { value: Number(best.value), step: best.step },
      ...(lossScale === undefined ? {} : { lossScale }),
    },
    extra: { recipeHash, engine, eventsLength, seconds, best: bestArrays, examples, stream },
  };
}
