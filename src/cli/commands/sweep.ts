import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Option, type Command } from 'commander';
import { makeFolder } from '../../formats/makeFolder.ts';
import type { EngineChoice } from '../../core/engineNames.ts';
import { UserError, userError } from '../../core/errors/userError.ts';
import { writeError } from '../../formats/fileErrors.ts';
import { bytesText } from '../../protocol/bytesText.ts';
import type { SweepEstimate, SweepOutline } from '../../protocol/sweep.ts';
import { loadSweep } from '../../recipe/sweep/load.ts';
import { tryClaim } from '../../runs/tryClaim.ts';
import { collectSweep, refuseUnplanned } from '../../sweep/collect.ts';
import { estimateSweep } from '../../sweep/estimate.ts';
import { refuseMissingData } from '../../sweep/evaluations.ts';
import { matrixCsv } from '../../sweep/matrix.ts';
import { runFolder } from '../../sweep/paths.ts';
import { type PlannedRun, planSweep, type SweepPlan, writePlan } from '../../sweep/plan.ts';
import { runLocally } from '../../sweep/runLocally.ts';
import { isSettled } from '../../sweep/schedule.ts';
import { maySideBySide } from '../../sweep/sideBySide.ts';
import { checkSlurm } from '../../sweep/slurm/client.ts';
import { followSlurm } from '../../sweep/slurm/follow.ts';
import { jobName } from '../../sweep/slurm/submitRuns.ts';
import { type FoundState, stateOf } from '../../sweep/states.ts';
import { withoutEngineFailure } from '../../trainer/engines/fallback.ts';
import { measureSpeed } from '../../trainer/estimate.ts';
import { defaultThreads } from '../../trainer/job.ts';
import { confirm } from '../confirm.ts';
import { engineOption, openEngine } from '../engineOption.ts';
import { count } from '../format.ts';
import { interruptible } from '../interruptible.ts';
import { EXIT, inform, print, printJson } from '../output.ts';
import { dryRunText, matrixText, sideText, type SweepPlace, timeText } from '../sweepText.ts';
import { priorityOf, slurmConstraint, slurmWord, wholeNumber } from '../values.ts';

interface SweepFlags {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly jobs?: number;
  readonly threads?: number;
  readonly keepAwake?: boolean;
  readonly engine?: EngineChoice;
  readonly priority: number;
  readonly collect?: boolean;
  readonly csv?: boolean;
  readonly slurm?: boolean;
  readonly partition?: string;
  readonly account?: string;
  readonly qos?: string;
  readonly gres?: string;
  readonly constraint?: string;
  readonly time?: string;
  readonly mem?: string;
  readonly cpus?: number;
  readonly poll: number;
  readonly json?: boolean;
}

/** A sweep of more runs, or one that takes longer, is not started without being asked for. */
const MANY_RUNS = 100;
const LONG_SECONDS = 24 * 3600;
/** Processors of a job on a cluster: more hardly pay for the small models of this method. */
const CLUSTER_CPUS = 4;
/** An estimate of memory is no promise, and a job that exceeds its own is killed. */
const MEMORY_MARGIN = 1.5;

export function sweepCommand(program: Command): void {
  program
    .command('sweep')
    .description('train a recipe with many settings, and collect what comes of it')
    .argument('<sweep>', 'NAME.sweep.yaml')
    .option('--dry-run', 'say what would be trained and what it would cost; train nothing')
    .option('--yes', 'start without asking, however many runs there are')
    .option(
      '--jobs <n>',
      'runs at a time (default: as many as finish soonest and fit in memory; one with an engine that is not cpu). ' +
        'With --slurm: shared out over the job arrays that are submitted together, one each at the least ' +
        '(default: as many as Slurm starts)',
      wholeNumber,
    )
    .option('--threads <n>', 'threads of each run (default: the cores, shared by the runs)', wholeNumber)
    .addOption(
      new Option('--priority <n>', 'of the runs that wait for the machine, the highest comes first')
        .argParser(priorityOf)
        .default(-1),
    )
    .addOption(engineOption().default('cpu', 'cpu, the same everywhere'))
    .option('--keep-awake', 'keep this computer from going to sleep while its runs compute')
    .option('--collect', 'evaluate what is done, and print the matrix: means over the seeds')
    .option('--csv', 'with --collect: print a line of CSV a cell')
    .option('--slurm', 'train on a cluster: submit job arrays to Slurm, and follow them')
    .option('--partition <name>', 'with --slurm: the partition', slurmWord)
    .option('--account <name>', 'with --slurm: the account', slurmWord)
    .option('--qos <name>', 'with --slurm: the quality of service', slurmWord)
    .option('--gres <list>', 'with --slurm: devices of each job, as gpu:1', slurmWord)
    .option('--constraint <list>', 'with --slurm: features of the nodes', slurmConstraint)
    .option(
      '--time <limit>',
      'with --slurm: the time limit of a job; a run goes on in the next one',
      slurmWord,
    )
    .option('--mem <size>', 'with --slurm: memory of a job (default: by the estimate)', slurmWord)
    .option(
      '--cpus <n>',
      `with --slurm: processors, and threads, of a job (default: ${CLUSTER_CPUS})`,
      wholeNumber,
    )
    .addOption(
      new Option('--poll <seconds>', 'with --slurm: between two looks at the queue')
        .argParser(wholeNumber)
        .default(20),
    )
    .option('--json', 'print JSON')
    .action(async (file: string, flags: SweepFlags) => {
      process.exitCode = await sweep(file, flags);
    });
}

async function sweep(file: string, flags: SweepFlags): Promise<number> {
  checkTogether(flags);
  const plan = await planSweep(await loadSweep(file));
  if (flags.collect === true) return collect(plan, flags);
  const slurm = flags.slurm === true ? await checkSlurm(flags.partition) : undefined;
  const left = await leftOf(plan);
  const cpus = flags.cpus ?? flags.threads ?? plan.threads ?? CLUSTER_CPUS;
  const usual = (await maySideBySide(flags.engine ?? 'cpu')) ? undefined : 1;
  refuseMissingData(plan);
  const fixed =
    slurm === undefined
      ? { jobs: flags.jobs ?? usual, threads: flags.threads ?? plan.threads ?? undefined }
      : { jobs: flags.jobs ?? Math.max(1, left.length), threads: cpus };
  const estimate = await estimateSweep(plan, left, {
    cores: availableParallelism(),
    speed: (threads) => speedOf(flags, threads),
    ...fixed,
  });
  if (flags.dryRun === true) {
    if (flags.json === true) printJson(dryRunJson(plan, estimate));
    else print(dryRunText(plan.runs, estimate, sweepPlace(flags)));
    return EXIT.ok;
  }
  if (!(await mayStart(plan.runs.length, estimate, flags))) return EXIT.problem;
  return alone(plan, async () => {
    await writePlan(plan, estimate.threads);
    const started = { plan, estimate, flags, show: newReport(plan, left.length, flags.json === true) };
    return slurm === undefined ? trainHere(started) : trainOnSlurm(started, slurm.longestArray);
  });
}

/** @throws UserError `option-needs` where an option stands without the one that it is about */
function checkTogether(flags: SweepFlags): void {
  const { collect, csv, slurm } = flags;
  const command = 'sweep';
  if (csv === true && collect !== true)
    throw userError('option-needs', { command, option: '--csv', needed: '--collect' });
  const ofSlurm = (
    ['partition', 'account', 'qos', 'gres', 'constraint', 'time', 'mem', 'cpus'] as const
  ).find((name) => flags[name] !== undefined);
  if (ofSlurm !== undefined && slurm !== true)
    throw userError('option-needs', { command, option: `--${ofSlurm}`, needed: '--slurm' });
}

function sweepPlace({ slurm }: SweepFlags): SweepPlace {
  return slurm === true ? 'cluster' : 'here';
}

/**
 * Floating-point operations a second of what trains, with so many threads; where only the nodes of a cluster have it, of what is here.
 * @throws UserError of the engine
 */
async function speedOf(flags: SweepFlags, threads: number): Promise<number> {
  const measure = async (choice: EngineChoice) => measureSpeed(await openEngine(choice, { threads }));
  const { engine = 'cpu' } = flags;
  try {
    return await measure(engine);
  } catch (error) {
    const told = withoutEngineFailure(error);
    if (sweepPlace(flags) === 'here' || !(told instanceof UserError)) throw told;
    inform(`the time is that of another engine, since ${engine} does not compute on this machine`);
    return measure('auto');
  }
}

interface StartedSweep {
  readonly plan: SweepPlan;
  readonly estimate: SweepEstimate;
  readonly flags: SweepFlags;
  readonly show: (run: PlannedRun, found: FoundState) => void;
}

/** Two processes would start the same runs. @throws UserError `sweep-running` */
async function alone(plan: SweepPlan, work: () => Promise<number>): Promise<number> {
  const { folder } = plan.paths;
  await makeFolder(folder).catch((error: unknown) => {
    throw writeError(error, folder);
  });
  const claim = await tryClaim(folder);
  if (claim === undefined) throw userError('sweep-running', undefined, { file: folder });
  try {
    return await work();
  } finally {
    await claim.release();
  }
}

async function trainHere({ plan, estimate, flags, show }: StartedSweep): Promise<number> {
  const { jobs, threads, memory, runs } = estimate;
  if (flags.json !== true && runs > 0) inform(sideText(jobs, threads));
  return interruptible(async (signal) => {
    const states = await runLocally(plan, {
      programs: import.meta.dirname,
      node: process.execPath,
      engine: flags.engine ?? 'cpu',
      jobs,
      threads,
      memory,
      priority: flags.priority,
      keepAwake: flags.keepAwake === true,
      signal,
      onChange: show,
    });
    signal.throwIfAborted();
    return reportEnd(plan, states, flags);
  }, 'the runs keep their checkpoints; the same command goes on with them');
}

async function trainOnSlurm(
  { plan, estimate, flags, show }: StartedSweep,
  longestArray: number,
): Promise<number> {
  const { partition, account, qos, gres, constraint, time, jobs } = flags;
  const { memory, threads } = estimate;
  return interruptible(
    async (signal) => {
      const states = await followSlurm(plan, {
        partition,
        account,
        qos,
        gres,
        constraint,
        time,
        jobs,
        mem: flags.mem ?? `${Math.ceil((MEMORY_MARGIN * memory) / 1e8) * 100}M`,
        cpus: threads,
        engine: flags.engine ?? 'cpu',
        longestArray,
        node: process.execPath,
        program: join(import.meta.dirname, 'cli.js'),
        signal,
        pollSeconds: flags.poll,
        onChange: show,
        onNote: inform,
      });
      return reportEnd(plan, states, flags);
    },
    `the jobs go on; the same command follows them, scancel --name=${jobName(plan)} ends them`,
  );
}

/** Tells of every run that begins or ends. */
function newReport(
  { runs }: SweepPlan,
  left: number,
  json: boolean,
): (run: PlannedRun, found: FoundState) => void {
  let ended = runs.length - left;
  return ({ name }, { state, note }) => {
    if (isSettled(state)) ended++;
    if (json) printJson({ run: name, state, note });
    else if (state !== 'waiting')
      inform(`[${ended}/${runs.length}] ${name}: ${state}${note === null ? '' : `, ${note}`}`);
  };
}

function reportEnd(
  { runs, loaded, paths }: SweepPlan,
  states: ReadonlyMap<string, FoundState>,
  { json }: SweepFlags,
): number {
  const left = runs.filter(({ name }) => states.get(name)?.state !== 'done');
  if (left.length > 0) {
    const [{ name }] = left;
    const { state = 'waiting', note = null } = states.get(name) ?? {};
    const first = `${name} ${state}${note === null ? '.' : `: ${note}`}`;
    throw userError('sweep-failed', { failed: left.length, of: runs.length, first }, { file: paths.runs });
  }
  if (json === true) printJson({ done: runs.length, folder: paths.folder });
  else
    print(
      `${paths.folder}: ${count(runs.length)} runs are done; sft sweep ${loaded.file} --collect shows them`,
    );
  return EXIT.ok;
}

async function collect(plan: SweepPlan, { threads, engine: name, csv, json }: SweepFlags): Promise<number> {
  await refuseUnplanned(plan);
  // The same everywhere, as the runs are.
  const engine = await openEngine(name ?? 'cpu', { threads: threads ?? defaultThreads() });
  return interruptible(async (signal) => {
    const collected = await collectSweep(plan, { engine, onEvaluation: tellEvaluation, signal });
    if (json === true) printJson({ version: 1, name: plan.loaded.name, ...collected });
    else if (csv === true) process.stdout.write(matrixCsv(collected.cells));
    else print(matrixText(collected));
    return EXIT.ok;
  }, 'what was evaluated is kept');
}

function tellEvaluation(run: string, evaluation: string): void {
  inform(`${run} on ${evaluation}`);
}

/** The runs that are not done. */
async function leftOf({ runs, paths }: SweepPlan): Promise<PlannedRun[]> {
  const left: PlannedRun[] = [];
  for (const run of runs) {
    if ((await stateOf(runFolder(paths, run.name))).state !== 'done') left.push(run);
  }
  return left;
}

function dryRunJson({ runs, loaded, paths }: SweepPlan, estimate: SweepEstimate): SweepOutline {
  return {
    version: 1,
    name: loaded.name,
    folder: paths.folder,
    estimate,
    runs: runs.map(({ name, needs, made }) => ({
      name,
      needs,
      settings: made.settings,
      language: made.language?.columns ?? null,
      task: made.task?.columns ?? null,
      seed: made.seed,
    })),
  };
}

/** Whether a sweep may start: a large one is asked for first, or wants --yes where nobody can answer. */
async function mayStart(all: number, estimate: SweepEstimate, flags: SweepFlags): Promise<boolean> {
  const { runs, seconds, each } = estimate;
  const place = sweepPlace(flags);
  // Of a cluster it is asked for, however many of its nodes compute at once.
  const taken = place === 'here' ? seconds : runs * each;
  if (flags.yes === true || (runs <= MANY_RUNS && taken < LONG_SECONDS)) return true;
  const details = { runs, time: timeText(estimate, place), disk: bytesText(estimate.disk) };
  if (flags.json === true || !process.stdin.isTTY) throw userError('sweep-confirm', details);
  const done = all - runs;
  return confirm(
    `${count(runs)} runs${done > 0 ? ` (${count(done)} more are done)` : ''} will take ${details.time} and ${details.disk} on disk. Start them?`,
  );
}
