import { arch, cpus } from 'node:os';
import { parse } from 'node:path';
import { UserError } from '../core/errors/userError.ts';
import type { Sft } from '../core/sft.ts';
import type { EngineChoice } from '../core/engineNames.ts';
import type { Engine } from '../engine/engine.ts';
import { EngineFailure } from '../engine/engineFailure.ts';
import { fileHash } from '../formats/fileHash.ts';
import { writeSft, type SftMetadata } from '../formats/sftFile.ts';
import { locateSft } from '../formats/sftLocation.ts';
import type { DoneEvent, RunEvent } from '../protocol/events.ts';
import { fullPhaseHash, recipeHash } from '../recipe/hash.ts';
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
import { readChanges, withChanges, writeChanges, type RunChanges } from '../runs/changes.ts';
import type { LiveWishes } from '../training/job.ts';
import {
  engineFailed,
  nextAttempt,
  RunInterrupted,
  withoutEngineFailure,
  type Attempt,
} from './engines/fallback.ts';
import { engineOfRun, type OpenEngine } from './engines/runEngine.ts';
import { keepIn, notKeptNote } from './keptFullPhase.ts';
import { sourcesOf } from './sources.ts';
import { electronNote, isElectron } from './thisNode.ts';
import { estimateRun } from './estimate.ts';
import { evaluateFinal, type FinalResult } from './finalMetrics.ts';
import { defaultThreads, examplesOf, trainingJob } from './job.ts';
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
  /** What computes; the processor unless told. A run that goes on keeps what it had. */
  readonly engine?: EngineChoice | undefined;
  /** How engines are opened; for tests. */
  readonly openEngine?: OpenEngine | undefined;
  /** How a run goes on whose engine failed: see `trainSafely`. */
  readonly attempt?: Attempt | undefined;
  /** Whether the caller goes on from the checkpoint after a failure of the engine; otherwise the run has failed. */
  readonly goesOn?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called with what happened before a run was resumed. */
  readonly past?: ((event: RunEvent) => void) | undefined;
  /** Whether a checkpoint is wanted now, beside those that the recipe asks for. */
  readonly wantsCheckpoint?: (() => boolean) | undefined;
  /** What is asked of the full phase while it trains. */
  readonly live?: LiveWishes | undefined;
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
 * Trains as `trainRun` does. Where the engine fails, the run goes back to its last checkpoint and on from there, with less at a time
 * and then on the processor, and says so. `prepare` is called anew each time, since training changes what it was given; `goesBack`
 * before what happened up to the checkpoint is told again.
 * @throws UserError as `prepare` and `trainRun`; `engine-failed` where nothing is left to try
 */
export async function* trainSafely(
  run: OwnedRun,
  prepare: () => Promise<PreparedRun>,
  { goesBack, ...options }: TrainOptions & { readonly goesBack?: (() => void) | undefined },
): AsyncGenerator<RunEvent, void> {
  let attempt: Attempt | undefined;
  for (;;) {
    try {
      const resume = attempt === undefined ? options.resume : true;
      yield* trainRun(run, await prepare(), { ...options, resume, attempt, goesOn: true });
      return;
    } catch (error) {
      if (!(error instanceof RunInterrupted)) throw error;
      attempt = nextAttempt(error, attempt);
      if (attempt === undefined) throw engineFailed(error.failure, true);
      goesBack?.();
    }
  }
}

/**
 * Trains a prepared recipe in its folder: events, checkpoints and the SFT are written there, and every event is told.
 * The last event is `done`, `stopped` when `signal` asked for it, or `failed` before an error of training is thrown.
 * @throws UserError of a checkpoint, of an engine, of training; RunInterrupted where `goesOn` and the engine failed
 */
export async function* trainRun(
  run: OwnedRun,
  prepared: PreparedRun,
  options: TrainOptions = {},
): AsyncGenerator<RunEvent, void> {
  const contents = await contentHashes(prepared);
  const hash = recipeHash(prepared.recipe, contents);
  const { checkpoint, finished, threads, engine } =
    options.resume === true ? await whereToGoOn(run, prepared, hash) : {};
  if (finished !== undefined) {
    yield finished;
    return;
  }
  if (checkpoint !== undefined && options.past !== undefined) await tellPast(run.events, options.past);
  const log = await openEventLog(run.events);
  try {
    const given = options.threads ?? threads;
    const folder = { run, log, hash, contents, checkpoint, engine };
    yield* trainInFolder(prepared, { ...options, threads: given }, folder);
  } finally {
    await log.close();
  }
}

interface Folder {
  readonly run: OwnedRun;
  readonly log: EventLog;
  readonly hash: string;
  /** SHA-256 of every file that the recipe names. */
  readonly contents: ReadonlyMap<string, string>;
  readonly checkpoint: Whereabouts['checkpoint'];
  /** The engine of a run that begins anew. */
  readonly engine: string | undefined;
}

async function* trainInFolder(
  started: PreparedRun,
  options: TrainOptions,
  { run, log, hash, contents, checkpoint, engine: begunWith }: Folder,
): AsyncGenerator<RunEvent, void> {
  let changes = await readChanges(run.folder);
  const prepared = withRecipe(started, changes);
  const { recipe } = prepared;
  const { attempt } = options;
  const fullPhase = () => fullPhaseId(withRecipe(started, changes), contents);
  let began = performance.now() - (checkpoint?.extra.seconds ?? 0) * 1000;
  const seconds = () => (performance.now() - began) / 1000;
  const saved = checkpoint?.extra.engine;
  // The bits of a result depend on these, so a resumed run keeps what it had.
  const threads =
    saved?.threads === undefined ? (options.threads ?? defaultThreads()) : Number(saved.threads);
  const { engine, notes, ...room } = await engineOfRun(prepared, {
    choice: options.engine,
    before: saved?.engine ?? begunWith,
    instead: attempt?.engine,
    threads,
    open: options.openEngine,
  });
  const changed = saved === undefined ? [] : differences(saved, here(threads, engine));
  const reproducible =
    saved?.reproducible !== 'no' && changed.length === 0 && engine.repeatable && attempt === undefined;
  const before = saved?.microTokens === undefined ? room.microTokens : Number(saved.microTokens);
  const microTokens = attempt === undefined ? before : attempt.microTokens;
  const firstNotes = [
    ...(attempt?.notes ?? []),
    ...notes,
    ...memoryNotes(prepared, threads),
    ...(changed.length > 0 && attempt === undefined ? [notReproducible(changed)] : []),
  ];
  const isDue = checkpointClock(recipe.checkpoint);
  const past = checkpoint?.extra.stream;
  if (past !== undefined) prepared.data.stream?.goOn(past);
  const best = fileBestStore(run.checkpoint, checkpoint?.extra.best ?? null);
  const examples = examplesOf(prepared, checkpoint?.extra);
  const strides = room.strides === true && attempt === undefined;
  const { job, predictor } = trainingJob(prepared, {
    engine,
    threads,
    ...(microTokens === undefined ? {} : { microTokens }),
    strides,
    examples,
    best,
    live: options.live,
    keepFullPhase: await keepIn(run, prepared, { examples, id: () => fullPhase() ?? '' }),
    checkpoint: {
      due: (step) => isDue(step) || options.wantsCheckpoint?.() === true,
      async save(state) {
        const dependsOn = {
          ...here(threads, engine),
          microTokens: String(job.microTokens),
          reproducible: reproducible ? 'yes' : 'no',
        };
        const eventsLength = await log.sync();
        await saveCheckpoint(run.checkpoint, state, {
          recipeHash: hash,
          engine: dependsOn,
          eventsLength,
          seconds: seconds(),
          best: best.file(),
          examples,
          stream: prepared.data.stream?.state(),
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
    const changed = changeOf(event, withRecipe(started, changes).recipe);
    if (changed !== undefined) {
      changes = { ...changes, ...changed };
      await writeChanges(run.folder, changes);
    }
    await log.append(event);
    // A run that is killed before its first checkpoint starts again as this says.
    if (event.type === 'start') await log.flush();
    return event;
  };
  const allNotes = async (): Promise<string[]> => {
    const notKept = await notKeptNote(run, prepared);
    return [...firstNotes, ...prepared.notes, ...(notKept === undefined ? [] : [notKept])];
  };
  try {
    if (checkpoint !== undefined) for (const text of firstNotes) yield await tell({ type: 'note', text });
    const running = train(job);
    let step = await running.next();
    for (; step.done !== true; step = await running.next()) {
      yield await tell(step.value);
      if (step.value.type === 'start')
        for (const text of await allNotes()) yield await tell({ type: 'note', text });
    }
    const reached = await evaluateFinal(prepared, predictor, step.value);
    const told = { reached, seconds: seconds(), reproducible, fullPhase: fullPhase(), engine };
    yield await tell(await finish(withRecipe(started, changes), run, step.value, told));
    // The record must say that the run is done before nothing else does.
    await log.sync();
    await removeCheckpoint(run.checkpoint);
  } catch (error) {
    if (error instanceof EngineFailure && options.goesOn === true)
      throw new RunInterrupted(error, job.microTokens);
    const time = new Date().toISOString();
    if (error instanceof TrainingStopped)
      yield await tell({ type: 'stopped', time, reason: 'asked to stop' });
    else {
      const told = withoutEngineFailure(error, true);
      yield await tell({ type: 'failed', time, ...failure(told) });
      throw told;
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
  {
    reached,
    seconds,
    reproducible,
    fullPhase,
    engine,
  }: {
    readonly reached: FinalResult;
    readonly seconds: number;
    readonly reproducible: boolean;
    readonly fullPhase: string | undefined;
    readonly engine: Engine;
  },
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
    metrics: { ...reached.metrics },
    ...(reached.interval === undefined ? {} : { interval: reached.interval }),
    date: time,
    reproducible,
    engine: `${engine.name} ${engine.version}`.trim(),
    ...(fullPhase === undefined ? {} : { fullPhase }),
    createdBy: 'sft-studio',
  };
  await writeSft(run.sft, sft, metadata);
  return { type: 'done', time, seconds, file: run.sft, entries: stored, ...reached };
}

/** What an event changes of a run's recipe. */
function changeOf(event: RunEvent, { select }: ResolvedRecipe): RunChanges | undefined {
  // A recipe says of all full phases together when they end.
  if (event.type === 'shortened') return select.iterations === 1 ? { stopAfter: event.step } : undefined;
  // Also before it is chosen: a run that is killed goes on with what was asked of it.
  if (event.type !== 'select' && event.type !== 'mask') return undefined;
  const { k } = event;
  return k === undefined || k === Math.floor(select.k / select.iterations)
    ? undefined
    : { k: k * select.iterations };
}

function withRecipe<P extends PreparedRun>(prepared: P, changes: RunChanges): P {
  return { ...prepared, recipe: withChanges(prepared.recipe, changes, prepared.maskable) };
}

/** What is said of memory that this Node may not give; of the size alone, whatever the machine's speed. */
function memoryNotes(prepared: PreparedRun, threads: number): string[] {
  if (!isElectron) return [];
  const note = electronNote(estimateRun(prepared, 1e9, threads).peak);
  return note === undefined ? [] : [note];
}

/** Runs that share a full phase count as one in statistics, so each SFT says which was its. */
function fullPhaseId(
  { recipe, kept }: PreparedRun,
  contents: ReadonlyMap<string, string>,
): string | undefined {
  if (kept !== undefined) return kept.facts.id;
  const { method, select } = recipe;
  const learns = method === 'ltsft' && select.iterations === 1 && select.by !== 'random';
  return learns ? fullPhaseHash(recipe, contents) : undefined;
}

function countEntries({ diffs }: Sft): number {
  return [...diffs.values()].reduce((sum, { indices }) => sum + indices.length, 0);
}

/** SHA-256 of every file that a recipe names, so that a checkpoint is not taken for that of other data. */
async function contentHashes({
  recipe,
  baseFingerprint,
  data: { stream },
}: PreparedRun): Promise<Map<string, string>> {
  const data =
    recipe.kind === 'task'
      ? [...recipe.data.train, ...recipe.data.validation]
      : [...recipe.data.text, ...recipe.data.validation];
  const hashes = new Map([[recipe.base, baseFingerprint], ...(stream?.hashes ?? [])]);
  // The reference names an SFT by its folder.
  const files = new Map<string, string>();
  const applied = [...recipe.apply, ...sourcesOf(recipe).flatMap(({ apply }) => apply)];
  for (const { sft } of applied) files.set(sft, (await locateSft(sft)).file);
  const from = recipe.fullFrom === undefined ? [] : [recipe.fullFrom];
  for (const file of [...data, ...from, ...files.keys()]) {
    if (hashes.has(file)) continue;
    hashes.set(file, await fileHash(files.get(file) ?? file));
  }
  return hashes;
}

/** Says when a checkpoint is due: after so many steps of a phase, or so many minutes. */
function checkpointClock({
  everySteps,
  everyMinutes,
}: PreparedRun['recipe']['checkpoint']): (step: number) => boolean {
  let last = performance.now();
  let before: number | undefined;
  return (step) => {
    const late = everyMinutes !== null && performance.now() - last >= everyMinutes * 60_000;
    // Where several steps were made at once, it is not asked of each of them.
    const asked = before === undefined || before >= step ? step - 1 : before;
    before = step;
    const passed = everySteps !== null && Math.floor(step / everySteps) > Math.floor(asked / everySteps);
    if (!late && !passed) return false;
    last = performance.now();
    return true;
  };
}

/** What the bits of a result depend on, beside recipe and data. */
function here(threads: number, engine: Engine): Record<string, string> {
  return {
    engine: engine.name,
    version: engine.version,
    threads: String(threads),
    processor: cpus()[0]?.model ?? '',
    arch: arch(),
    // Powers differ in their last bit from one V8 to another.
    node: process.versions.node.split('.')[0],
  };
}

function differences(
  saved: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
): string[] {
  return Object.keys(now).filter((key) => saved[key] !== now[key]);
}

function notReproducible(changed: readonly string[]): string {
  return `The run goes on with another ${changed.join(', ')} than before, so its result is not bit for bit that of an undisturbed run.`;
}
