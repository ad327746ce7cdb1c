import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { arch, cpus } from 'node:os';
import { parse } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { UserError } from '../core/errors/userError.ts';
import type { Sft } from '../core/sft.ts';
import { compiledEngine } from '../engine/compiled/compiledEngine.ts';
import { engineVersion } from '../engine/compiled/version.ts';
import { writeSft, type SftMetadata } from '../formats/sftFile.ts';
import { locateSft } from '../formats/sftLocation.ts';
import type { DoneEvent, RunEvent } from '../protocol/events.ts';
import { recipeHash } from '../recipe/hash.ts';
import type { LoadedRecipe } from '../recipe/load.ts';
import { stringifyRecipe } from '../recipe/stringify.ts';
import type { ResolvedRecipe } from '../recipe/types.ts';
import { fileBestStore } from '../runs/bestStore.ts';
import { saveCheckpoint } from '../runs/checkpoint.ts';
import { removeCheckpoint } from '../runs/checkpointFolder.ts';
import { openEventLog, type EventLog } from '../runs/eventLog.ts';
import { createRun, openRun, type OwnedRun } from '../runs/runFolder.ts';
import { TrainingStopped } from '../training/phase.ts';
import { train, type TrainingResult } from '../training/train.ts';
import { evaluateFinal } from './finalMetrics.ts';
import { defaultThreads, trainingJob } from './job.ts';
import type { PreparedRun } from './prepare.ts';
import { resumedFolder, tellPast, whereToGoOn, type Whereabouts } from './resume.ts';

export interface FolderOptions {
  /** The run folder; the next free one beside the recipe unless given. */
  readonly out?: string | undefined;
  /** The folder in which the run gets the next number; `runs` beside the recipe unless given. */
  readonly runs?: string | undefined;
  /** Goes on from the checkpoint of `out`, or of the recipe's newest run; from the start where it has none yet. */
  readonly resume?: boolean | undefined;
}

export interface TrainOptions {
  readonly resume?: boolean | undefined;
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called with what happened before a run was resumed. */
  readonly past?: ((event: RunEvent) => void) | undefined;
  /** Whether a checkpoint is wanted now, beside those that the recipe asks for. */
  readonly wantsCheckpoint?: (() => boolean) | undefined;
  /** Called after every checkpoint; training waits for it. It may throw TrainingStopped. */
  readonly saved?: (() => Promise<void>) | undefined;
}

export type RunOptions = FolderOptions & TrainOptions;

/**
 * Trains a prepared recipe in a run folder of its own: `openRunFolder` and `trainRun`.
 * @throws UserError of both
 */
export async function* runRecipe(
  loaded: LoadedRecipe,
  prepared: PreparedRun,
  options: RunOptions = {},
): AsyncGenerator<RunEvent, OwnedRun> {
  const run = await openRunFolder(loaded, prepared.recipe, options);
  try {
    yield* trainRun(run, prepared, options);
    return run;
  } finally {
    await run.claim.release();
  }
}

/**
 * The folder of a new run, or of the one to be resumed, owned by this process.
 * @throws UserError of the run folder
 */
export async function openRunFolder(
  loaded: LoadedRecipe,
  recipe: ResolvedRecipe,
  { out, runs, resume }: FolderOptions,
): Promise<OwnedRun> {
  if (resume === true) return openPastRun(loaded, { out, runs });
  return createRun({
    recipe,
    recipeFile: loaded.file,
    ...(out === undefined ? {} : { out }),
    ...(runs === undefined ? {} : { runsFolder: runs }),
  });
}

/**
 * The folder of the run to be resumed, owned by this process. Reads nothing of what the recipe names. `force` takes it
 * from a process of another host that still seems to work.
 * @throws UserError `run-not-a-run`, `run-owned`, `run-claimed`, `file-unwritable`
 */
export async function openPastRun(
  loaded: LoadedRecipe,
  { out, runs, force }: Pick<FolderOptions, 'out' | 'runs'> & { readonly force?: boolean | undefined },
): Promise<OwnedRun> {
  const name = loaded.recipe.name ?? loaded.fileName;
  return openRun(await resumedFolder(loaded, name, { out, runs }), name, { force: force === true });
}

/**
 * Trains a prepared recipe in its folder: events, checkpoints and the SFT are written there, and every event is told.
 * The last event is `done`, `stopped` when `signal` asked for it, or `failed` before an error of training is thrown.
 * @throws UserError of a checkpoint, of training
 */
export async function* trainRun(
  run: OwnedRun,
  prepared: PreparedRun,
  options: TrainOptions = {},
): AsyncGenerator<RunEvent, void> {
  const hash = recipeHash(prepared.recipe, await contentHashes(prepared));
  const { checkpoint, finished, threads } =
    options.resume === true ? await whereToGoOn(run, prepared, hash) : {};
  if (finished !== undefined) {
    yield finished;
    return;
  }
  if (checkpoint !== undefined && options.past !== undefined) await tellPast(run.events, options.past);
  const log = await openEventLog(run.events);
  try {
    const given = options.threads ?? threads;
    yield* trainInFolder(prepared, { ...options, threads: given }, { run, log, hash, checkpoint });
  } finally {
    await log.close();
  }
}

interface Folder {
  readonly run: OwnedRun;
  readonly log: EventLog;
  readonly hash: string;
  readonly checkpoint: Whereabouts['checkpoint'];
}

async function* trainInFolder(
  prepared: PreparedRun,
  options: TrainOptions,
  { run, log, hash, checkpoint }: Folder,
): AsyncGenerator<RunEvent, void> {
  const { recipe } = prepared;
  let began = performance.now() - (checkpoint?.extra.seconds ?? 0) * 1000;
  const seconds = () => (performance.now() - began) / 1000;
  const saved = checkpoint?.extra.engine;
  // The bits of a result depend on these, so a resumed run keeps what it had.
  const threads =
    saved?.threads === undefined ? (options.threads ?? defaultThreads()) : Number(saved.threads);
  const changed = saved === undefined ? [] : changes(saved, here(threads));
  const reproducible = saved?.reproducible !== 'no' && changed.length === 0;
  const isDue = checkpointClock(recipe.checkpoint);
  const best = fileBestStore(run.checkpoint, checkpoint?.extra.best ?? null);
  const { job, predictor } = trainingJob(prepared, {
    engine: compiledEngine({ threads }),
    threads,
    ...(saved?.microTokens === undefined ? {} : { microTokens: Number(saved.microTokens) }),
    best,
    checkpoint: {
      due: (step) => isDue(step) || options.wantsCheckpoint?.() === true,
      async save(state) {
        const engine = {
          ...here(threads),
          microTokens: String(job.microTokens),
          reproducible: reproducible ? 'yes' : 'no',
        };
        const eventsLength = await log.sync();
        await saveCheckpoint(run.checkpoint, state, {
          recipeHash: hash,
          engine,
          eventsLength,
          seconds: seconds(),
          best: best.file(),
        });
        const waits = performance.now();
        await options.saved?.();
        began += performance.now() - waits; // a pause is no time of training
      },
    },
    ...(checkpoint === undefined ? {} : { resume: checkpoint.state }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const tell = async (event: RunEvent): Promise<RunEvent> => {
    await log.append(event);
    // A run that is killed before its first checkpoint starts again as this says.
    if (event.type === 'start') await log.flush();
    return event;
  };
  try {
    if (changed.length > 0) yield await tell({ type: 'note', text: notReproducible(changed) });
    const running = train(job);
    let step = await running.next();
    for (; step.done !== true; step = await running.next()) {
      yield await tell(step.value);
      if (step.value.type === 'start')
        for (const text of prepared.notes) yield await tell({ type: 'note', text });
    }
    const metrics = await evaluateFinal(prepared, predictor, step.value);
    yield await tell(await finish(prepared, run, step.value, metrics, seconds(), reproducible));
    // The record must say that the run is done before nothing else does.
    await log.sync();
    await removeCheckpoint(run.checkpoint);
  } catch (error) {
    const time = new Date().toISOString();
    if (error instanceof TrainingStopped)
      yield await tell({ type: 'stopped', time, reason: 'asked to stop' });
    else {
      yield await tell({ type: 'failed', time, ...failure(error) });
      throw error;
    }
  } finally {
    await predictor.release();
  }
}

/** An error as a run's record tells it. */
export function failure(error: unknown): { readonly code: string; readonly message: string } {
  if (error instanceof UserError) return { code: error.code, message: error.message };
  return { code: 'internal', message: error instanceof Error ? error.message : String(error) };
}

async function finish(
  { recipe, base, baseFingerprint, data, maskable }: PreparedRun,
  run: OwnedRun,
  { sft, entries }: TrainingResult,
  metrics: Readonly<Record<string, number>>,
  seconds: number,
  reproducible: boolean,
): Promise<DoneEvent> {
  const time = new Date().toISOString();
  const stored = entries > 0 ? entries : countEntries(sft);
  const metadata: SftMetadata = {
    kind: recipe.kind,
    baseName: base.name,
    baseFingerprint,
    task: recipe.kind === 'task' ? recipe.task.type : 'mlm',
    ...(data.labels === undefined ? {} : { labels: [...data.labels] }),
    ...(recipe.language === null ? {} : { language: recipe.language }),
    k: stored,
    density: maskable > 0 ? stored / maskable : 0,
    // Relative paths, so that a file that is passed on does not tell where somebody's data lie.
    recipe: stringifyRecipe(recipe, { from: run.folder, within: parse(run.folder).root }),
    metrics: { ...metrics },
    date: time,
    reproducible,
    createdBy: 'sft-studio',
  };
  await writeSft(run.sft, sft, metadata);
  return { type: 'done', time, seconds, file: run.sft, entries: stored, metrics };
}

function countEntries({ diffs }: Sft): number {
  return [...diffs.values()].reduce((sum, { indices }) => sum + indices.length, 0);
}

/** SHA-256 of every file that a recipe names, so that a checkpoint is not taken for that of other data. */
async function contentHashes({ recipe, baseFingerprint }: PreparedRun): Promise<Map<string, string>> {
  const data =
    recipe.kind === 'task'
      ? [...recipe.data.train, ...recipe.data.validation]
      : [...recipe.data.text, ...recipe.data.validation];
  const hashes = new Map([[recipe.base, baseFingerprint]]);
  // The reference names an SFT by its folder.
  const files = new Map<string, string>();
  for (const { sft } of recipe.apply) files.set(sft, (await locateSft(sft)).file);
  for (const file of [...data, ...files.keys()]) {
    const hash = createHash('sha256');
    await pipeline(createReadStream(files.get(file) ?? file), hash);
    hashes.set(file, hash.digest('hex'));
  }
  return hashes;
}

/** Says when a checkpoint is due: after so many steps of a phase, or so many minutes. */
function checkpointClock({
  everySteps,
  everyMinutes,
}: PreparedRun['recipe']['checkpoint']): (step: number) => boolean {
  let last = performance.now();
  return (step) => {
    const late = everyMinutes !== null && performance.now() - last >= everyMinutes * 60_000;
    if (!late && (everySteps === null || step % everySteps !== 0)) return false;
    last = performance.now();
    return true;
  };
}

/** What the bits of a result depend on, beside recipe and data. */
function here(threads: number): Record<string, string> {
  return {
    engine: 'cpu',
    version: engineVersion,
    threads: String(threads),
    processor: cpus()[0]?.model ?? '',
    arch: arch(),
    // Powers differ in their last bit from one V8 to another.
    node: process.versions.node.split('.')[0],
  };
}

function changes(saved: Readonly<Record<string, string>>, now: Readonly<Record<string, string>>): string[] {
  return Object.keys(now).filter((key) => saved[key] !== now[key]);
}

function notReproducible(changed: readonly string[]): string {
  return `The run goes on with another ${changed.join(', ')} than before, so its result is not bit for bit that of an undisturbed run.`;
}
