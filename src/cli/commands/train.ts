import { basename } from 'node:path';
import { type Command, Option } from 'commander';
import { startDetached } from '../../control/startDetached.ts';
import { userError } from '../../core/errors/userError.ts';
import type { EngineChoice } from '../../core/engineNames.ts';
import { loadRecipe, type LoadedRecipe } from '../../recipe/load.ts';
import { keepQueuePlace, type QueuePlace } from '../../runs/queuePlace.ts';
import type { OwnedRun } from '../../runs/runFolder.ts';
import { trialShape } from '../../trainer/engines/trialShape.ts';
import { estimateRun, measureSpeed, type Estimate } from '../../trainer/estimate.ts';
import { defaultThreads } from '../../trainer/job.ts';
import { hostRun } from '../../trainer/hostRun.ts';
import { newKeepAwake } from '../../trainer/keepAwake.ts';
import {
  type PreparedData,
  prepareData,
  prepareRun,
  type PreparedRun,
  prepareWeights,
} from '../../trainer/prepare.ts';
import { thisNode } from '../../trainer/thisNode.ts';
import { openPastRun, openRunFolder } from '../../trainer/runRecipe.ts';
import { confirm } from '../confirm.ts';
import { engineOption, openEngine } from '../engineOption.ts';
import { count, duration } from '../format.ts';
import { EXIT, inform, print, printJson } from '../output.ts';
import { interruptible } from '../interruptible.ts';
import { newProgress, printDone } from '../progress.ts';
import { placeOf, type QueueFlags, queueOptions } from '../queueOptions.ts';
import { wholeNumber } from '../values.ts';

export interface TrainFlags extends QueueFlags {
  readonly out?: string;
  readonly runs?: string;
  readonly resume?: boolean;
  readonly force?: boolean;
  readonly threads?: number | undefined;
  readonly engine?: EngineChoice | undefined;
  readonly yes?: boolean;
  readonly detach?: boolean | undefined;
  readonly keepAwake?: boolean;
  readonly json?: boolean | undefined;
}

/** A closed terminal and a logout stop a run as Ctrl-C does. */
const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What takes longer is not started without being asked for. */
export const LONG_SECONDS = 4 * 3600;
/** Floating-point operations a second that any machine has: what is short with them is short, and no engine need be measured. */
const SLOWEST_FLOPS = 2e9;
/** Steps between lines of progress where the recipe does not say. */
const LINE_STEPS = 50;

export function trainCommand(program: Command): void {
  const command = program
    .command('train')
    .description('train a recipe: full phase, select, rewind, sparse phase')
    .argument('<recipe>', 'NAME.sft.yaml, or the recipe.yaml of a run folder')
    .addOption(
      new Option('--out <folder>', 'the run folder (default: runs/NAME-N beside the recipe)').conflicts(
        'runs',
      ),
    )
    .option(
      '--runs <folder>',
      'the folder in which the run folder NAME-N is made (default: runs beside the recipe)',
    )
    .option('--resume', 'go on from the checkpoint of --out, or of the newest run of this recipe')
    .option('--force', 'with --resume: take the run from another computer that still seems to work on it')
    .option('--threads <n>', 'threads of the engine (default: one a core, at most 16)', wholeNumber)
    .addOption(engineOption())
    .option('--yes', 'start without asking, however long it will take')
    .option('--detach', 'train in a process of its own, and return as soon as it works')
    .option('--keep-awake', 'keep the computer from going to sleep while the run computes');
  queueOptions(command)
    .option('--json', 'print every event as a line of JSON')
    .action(async (recipe: string, flags: TrainFlags) => {
      process.exitCode = await trainRecipe(recipe, flags);
    });
}

/** A run folder that this process owns, and what is to be trained in it. */
interface OpenedRun {
  readonly run: OwnedRun;
  readonly name: string;
  /** Steps between lines of progress. */
  readonly everySteps: number;
  readonly prepare: () => Promise<PreparedRun>;
}

/**
 * Trains a recipe as `sft train` does; gives the exit code.
 * @param runs that are started together and take as long each; the user is asked about all of them
 * @throws UserError
 */
export async function trainRecipe(file: string, flags: TrainFlags, runs = 1): Promise<number> {
  if (flags.force === true && flags.resume !== true) throw userError('train-force', undefined);
  const loaded = await loadRecipe(file);
  const opened = flags.resume === true ? await openPast(loaded, flags) : await openNew(loaded, flags, runs);
  if (opened === undefined) return EXIT.problem;
  return flags.detach === true ? detach(opened.run, flags) : trainHere(opened, flags);
}

/** A detached run is resumed, too: so it can be seen, and waits for the machine, before it loads anything. */
async function openPast(loaded: LoadedRecipe, flags: TrainFlags): Promise<OpenedRun> {
  const { name, report } = loaded.recipe;
  return {
    run: await openPastRun(loaded, flags),
    name: name ?? loaded.fileName,
    everySteps: report?.everySteps ?? LINE_STEPS,
    prepare: () => prepareRun(loaded),
  };
}

/** undefined where the user does not want it after all. */
async function openNew(
  loaded: LoadedRecipe,
  flags: TrainFlags,
  runs: number,
): Promise<OpenedRun | undefined> {
  const data = await prepareData(loaded);
  const { recipe } = data;
  if (flags.yes !== true && !(await mayStart(data, flags, runs))) return undefined;
  const run = await openRunFolder(loaded, recipe, flags);
  return {
    run,
    name: recipe.name,
    everySteps: recipe.report.everySteps,
    prepare: () => prepareWeights(data),
  };
}

/** Hands a folder over to a process of its own. */
async function detach(run: OwnedRun, flags: TrainFlags): Promise<number> {
  const { threads, engine, keepAwake, json } = flags;
  await run.claim.release();
  return interruptible(async (signal) => {
    const { folder, name, pid } = await startDetached(run.folder, {
      programs: import.meta.dirname,
      node: process.execPath,
      threads,
      engine,
      keepAwake,
      queue: placeOf(flags),
      signal,
    });
    if (json === true) printJson({ folder, name, pid });
    else print(`${folder}: started as process ${pid}; sft attach ${basename(folder)} shows it`);
    return EXIT.ok;
  }, 'the run that had been started, too');
}

async function trainHere({ run, name, everySteps, prepare }: OpenedRun, flags: TrainFlags): Promise<number> {
  const { beside, needs = 0, priority, skips } = await placeIn(run, flags);
  const progress = flags.json === true ? undefined : newProgress(everySteps);
  // For whoever reads a log: which process, and which Node, if there are several.
  if (progress !== undefined && !process.stderr.isTTY) inform(`process ${process.pid}, ${thisNode}`);
  const awake = flags.keepAwake === true ? newKeepAwake({ say: inform }) : undefined;
  let interrupt: (signal: NodeJS.Signals) => void = endAtOnce;
  const onSignal = (signal: NodeJS.Signals) => interrupt(signal);
  for (const signal of endings) process.on(signal, onSignal);
  try {
    let stopped = false;
    for await (const event of hostRun(run, name, prepare, {
      resume: flags.resume,
      threads: flags.threads,
      shared: beside === undefined ? undefined : { beside, memory: 1e6 * needs },
      priority,
      skipsQueue: skips,
      engine: flags.engine ?? 'auto',
      openEngine,
      past: progress?.remember,
      onStatus: awake?.follow,
      onPosition: (position) => {
        inform(`waiting for the machine: number ${position} in the queue`);
      },
      onLive({ stop, signal }) {
        interrupt = (by) => {
          // Only a person asks again: a session that ends may tell a run twice, itself and through its supervisor.
          if (signal.aborted && by === 'SIGINT') endAtOnce();
          if (signal.aborted) return;
          inform('\nstopping after this step (Ctrl-C again ends at once)');
          stop();
        };
      },
    })) {
      if (progress === undefined) printJson(event);
      else progress.show(event);
      stopped = event.type === 'stopped';
      if (event.type === 'done' && progress !== undefined) {
        progress.end();
        printDone(event);
      }
    }
    return stopped ? EXIT.interrupted : EXIT.ok;
  } finally {
    awake?.end();
    progress?.end();
    for (const signal of endings) process.off(signal, onSignal);
  }
}

/** The folder is given back where its place cannot be kept. */
async function placeIn(run: OwnedRun, flags: TrainFlags): Promise<QueuePlace> {
  try {
    return await keepQueuePlace(run, placeOf(flags));
  } catch (error) {
    await run.claim.release();
    throw error;
  }
}

function endAtOnce(): void {
  process.exit(EXIT.interrupted);
}

/** Whether runs may start: long ones are asked for first, or want --yes where nobody can answer. */
async function mayStart(data: PreparedData, flags: TrainFlags, runs: number): Promise<boolean> {
  const threads = flags.threads ?? defaultThreads();
  const isShort = ({ seconds }: Estimate) => runs * seconds < LONG_SECONDS;
  if (isShort(estimateRun(data, SLOWEST_FLOPS, 1))) return true;
  const { base, data: read, recipe } = data;
  const shape = trialShape(base.config, read.head, read.outputs, recipe.precision);
  const engine = await openEngine(flags.engine, { threads, shape });
  const estimate = estimateRun(data, await measureSpeed(engine), threads);
  if (isShort(estimate)) return true;
  const details = { duration: duration(runs * estimate.seconds), steps: runs * estimate.steps, runs };
  if (flags.json === true || !process.stdin.isTTY) throw userError('train-confirm', details);
  const [what, it] = runs === 1 ? ['This run has', 'it'] : [`These ${runs} runs have`, 'them'];
  return confirm(
    `${what} ${count(details.steps)} steps and will take about ${details.duration}. Start ${it}?`,
  );
}
