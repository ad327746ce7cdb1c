import { basename } from 'node:path';
import type { Command } from 'commander';
import { startDetached } from '../../control/startDetached.ts';
import { userError } from '../../core/errors/userError.ts';
import { compiledEngine } from '../../engine/compiled/compiledEngine.ts';
import { loadRecipe, type LoadedRecipe } from '../../recipe/load.ts';
import type { OwnedRun } from '../../runs/runFolder.ts';
import { estimateRun, measureSpeed, type Estimate } from '../../trainer/estimate.ts';
import { defaultThreads } from '../../trainer/job.ts';
import { hostRun } from '../../trainer/hostRun.ts';
import { newKeepAwake } from '../../trainer/keepAwake.ts';
import { prepareData, prepareRun, type PreparedRun, prepareWeights } from '../../trainer/prepare.ts';
import { openPastRun, openRunFolder } from '../../trainer/runRecipe.ts';
import { confirm } from '../confirm.ts';
import { count, duration } from '../format.ts';
import { EXIT, inform, print, printJson } from '../output.ts';
import { newProgress, printDone } from '../progress.ts';
import { wholeNumber } from '../values.ts';

interface TrainFlags {
  readonly out?: string;
  readonly runs?: string;
  readonly resume?: boolean;
  readonly force?: boolean;
  readonly threads?: number;
  readonly yes?: boolean;
  readonly detach?: boolean;
  readonly keepAwake?: boolean;
  readonly json?: boolean;
}

/** A closed terminal and a logout stop a run as Ctrl-C does. */
const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A run that takes longer is not started without being asked for. */
const LONG_SECONDS = 4 * 3600;
/** Steps between lines of progress where the recipe does not say. */
const LINE_STEPS = 50;

export function trainCommand(program: Command): void {
  program
    .command('train')
    .description('train a recipe: full phase, select, rewind, sparse phase')
    .argument('<recipe>', 'NAME.sft.yaml, or the recipe.yaml of a run folder')
    .option('--out <folder>', 'the run folder (default: runs/NAME-N beside the recipe)')
    .option(
      '--runs <folder>',
      'the folder in which the run folder NAME-N is made (default: runs beside the recipe)',
    )
    .option('--resume', 'go on from the checkpoint of --out, or of the newest run of this recipe')
    .option('--force', 'with --resume: take the run from another computer that still seems to work on it')
    .option('--threads <n>', 'threads of the engine (default: one a core)', wholeNumber)
    .option('--yes', 'start without asking, however long it will take')
    .option('--detach', 'train in a process of its own, and return as soon as it works')
    .option('--keep-awake', 'keep the computer from going to sleep while the run computes')
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

async function trainRecipe(file: string, flags: TrainFlags): Promise<number> {
  const loaded = await loadRecipe(file);
  const opened = flags.resume === true ? await openPast(loaded, flags) : await openNew(loaded, flags);
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
async function openNew(loaded: LoadedRecipe, flags: TrainFlags): Promise<OpenedRun | undefined> {
  const data = await prepareData(loaded);
  const { recipe } = data;
  if (flags.yes !== true) {
    const threads = flags.threads ?? defaultThreads();
    const estimate = estimateRun(data, await measureSpeed(compiledEngine({ threads })), threads);
    if (!(await mayStart(estimate, flags))) return undefined;
  }
  const run = await openRunFolder(loaded, recipe, flags);
  return {
    run,
    name: recipe.name,
    everySteps: recipe.report.everySteps,
    prepare: () => prepareWeights(data),
  };
}

/** Hands a folder over to a process of its own. */
async function detach(run: OwnedRun, { threads, keepAwake, json }: TrainFlags): Promise<number> {
  await run.claim.release();
  const { folder, name, pid } = await startDetached(run.folder, {
    programs: import.meta.dirname,
    node: process.execPath,
    threads,
    keepAwake,
  });
  if (json === true) printJson({ folder, name, pid });
  else print(`${folder}: started as process ${pid}; sft attach ${basename(folder)} shows it`);
  return EXIT.ok;
}

async function trainHere({ run, name, everySteps, prepare }: OpenedRun, flags: TrainFlags): Promise<number> {
  const progress = flags.json === true ? undefined : newProgress(everySteps);
  const awake = flags.keepAwake === true ? newKeepAwake({ say: inform }) : undefined;
  let interrupt: (signal: NodeJS.Signals) => void = endAtOnce;
  const onSignal = (signal: NodeJS.Signals) => interrupt(signal);
  for (const signal of endings) process.on(signal, onSignal);
  try {
    let stopped = false;
    for await (const event of hostRun(run, name, prepare, {
      resume: flags.resume,
      threads: flags.threads,
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

function endAtOnce(): void {
  process.exit(EXIT.interrupted);
}

/** Whether a run may start: a long one is asked for first, or wants --yes where nobody can answer. */
async function mayStart({ seconds, steps }: Estimate, flags: TrainFlags): Promise<boolean> {
  if (seconds < LONG_SECONDS) return true;
  const details = { duration: duration(seconds), steps };
  if (flags.json === true || !process.stdin.isTTY) throw userError('train-confirm', details);
  return confirm(`This run has ${count(steps)} steps and will take about ${details.duration}. Start it?`);
}
