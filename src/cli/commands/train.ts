import type { Command } from 'commander';
import { userError } from '../../core/errors/userError.ts';
import { compiledEngine } from '../../engine/compiled/compiledEngine.ts';
import { loadRecipe } from '../../recipe/load.ts';
import { estimateRun, measureSpeed, type Estimate } from '../../trainer/estimate.ts';
import { defaultThreads } from '../../trainer/job.ts';
import { prepareRun } from '../../trainer/prepare.ts';
import { runRecipe } from '../../trainer/runRecipe.ts';
import { confirm } from '../confirm.ts';
import { count, duration } from '../format.ts';
import { EXIT, inform, print, printJson } from '../output.ts';
import { metricText, newProgress } from '../progress.ts';
import { wholeNumber } from '../values.ts';

interface TrainFlags {
  readonly out?: string;
  readonly resume?: boolean;
  readonly threads?: number;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** A run that takes longer is not started without being asked for. */
const LONG_SECONDS = 4 * 3600;

export function trainCommand(program: Command): void {
  program
    .command('train')
    .description('train a recipe: full phase, select, rewind, sparse phase')
    .argument('<recipe>', 'NAME.sft.yaml, or the recipe.yaml of a run folder')
    .option('--out <folder>', 'the run folder (default: runs/NAME-N beside the recipe)')
    .option('--resume', 'go on from the checkpoint of --out, or of the newest run of this recipe')
    .option('--threads <n>', 'threads of the engine (default: one a core)', wholeNumber)
    .option('--yes', 'start without asking, however long it will take')
    .option('--json', 'print every event as a line of JSON')
    .action(async (recipe: string, flags: TrainFlags) => {
      process.exitCode = await trainRecipe(recipe, flags);
    });
}

async function trainRecipe(file: string, flags: TrainFlags): Promise<number> {
  const loaded = await loadRecipe(file);
  const prepared = await prepareRun(loaded);
  if (flags.resume !== true && flags.yes !== true) {
    const threads = flags.threads ?? defaultThreads();
    const estimate = estimateRun(prepared, await measureSpeed(compiledEngine({ threads })));
    if (!(await mayStart(estimate, flags))) return EXIT.problem;
  }
  const stop = new AbortController();
  const interrupt = () => {
    if (stop.signal.aborted) process.exit(EXIT.interrupted);
    inform('\nstopping after this step (Ctrl-C again ends at once)');
    stop.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  const progress = flags.json === true ? undefined : newProgress(prepared.recipe.report.everySteps);
  try {
    let stopped = false;
    const past = progress?.remember;
    for await (const event of runRecipe(loaded, prepared, { ...flags, past, signal: stop.signal })) {
      if (progress === undefined) printJson(event);
      else progress.show(event);
      stopped = event.type === 'stopped';
      if (event.type === 'done' && progress !== undefined) {
        progress.end();
        const metrics = Object.entries(event.metrics).map(
          ([name, value]) => `${name} ${metricText(name, value)}`,
        );
        print(
          [event.file, `${count(event.entries)} entries`, ...metrics, duration(event.seconds)].join('  '),
        );
      }
    }
    return stopped ? EXIT.interrupted : EXIT.ok;
  } finally {
    progress?.end();
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

/** Whether a run may start: a long one is asked for first, or wants --yes where nobody can answer. */
async function mayStart({ seconds, steps }: Estimate, flags: TrainFlags): Promise<boolean> {
  if (seconds < LONG_SECONDS) return true;
  const details = { duration: duration(seconds), steps };
  if (flags.json === true || !process.stdin.isTTY) throw userError('train-confirm', details);
  return confirm(`This run has ${count(steps)} steps and will take about ${details.duration}. Start it?`);
}
