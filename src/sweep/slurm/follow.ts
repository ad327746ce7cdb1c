import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { UserError, userError } from '../../core/errors/userError.ts';
import { systemCode } from '../../formats/fileErrors.ts';
import { readTextEnd } from '../../formats/textEnd.ts';
import { newRunFolder } from '../newRunFolder.ts';
import { runFolder } from '../paths.ts';
import type { PlannedRun, SweepPlan } from '../plan.ts';
import { blockedRuns, blockedState, isSettled } from '../schedule.ts';
import { type FoundState, type RunState, stateOf, statesOutside } from '../states.ts';
import { elementEnd, queued, type QueuedElement } from './client.ts';
import { failedText, unseenText } from './script.ts';
import { jobName, type SubmitOptions, submitRuns } from './submitRuns.ts';

export interface FollowOptions extends SubmitOptions {
  readonly signal: AbortSignal;
  readonly pollSeconds: number;
  /** Told of every change. */
  readonly onChange: (run: PlannedRun, found: FoundState) => void;
  /** Told of what is no run's: jobs that were submitted, a controller that does not answer. */
  readonly onNote: (text: string) => void;
}

/** A run's job is submitted anew so often before its sweep gives it up. */
const MOST_TIMES = 5;
/** The same where its program says an error that does not stand in the run's record: a shared disk may have been behind. */
const MOST_ERRORS = 2;
/** A run that is neither done nor in the queue is looked at again first: a shared disk may be behind. */
const LOOKS = 2;
/** Reasons for which a job waits for ever. */
const neverStarts = /^(PartitionTimeLimit|PartitionNodeLimit|BadConstraints|InvalidAccount|InvalidQOS)$/;

const computes = /^(RUNNING|COMPLETING|SUSPENDED)$/;

/** Where the job of a run is. */
interface Element {
  readonly job: string | null;
  readonly array: string;
  readonly index: number;
}

/**
 * Submits the runs of a plan that are neither done nor in the queue already, and follows them until all are done or have been given up.
 * A run whose job ended before it was done (killed, cancelled, lost with its node) is submitted again and goes on from its checkpoint;
 * one that failed by an error of its own is not, or once where its record does not tell of it.
 * @throws UserError `slurm-...`; the signal's reason, with which the jobs go on
 */
export async function followSlurm(
  plan: SweepPlan,
  options: FollowOptions,
): Promise<ReadonlyMap<string, FoundState>> {
  const { paths, runs } = plan;
  const { signal, pollSeconds, onChange, onNote } = options;
  const states = await statesOutside(plan);
  const elements = new Map<string, Element>();
  /** How often a run was found neither done nor in the queue since it was there. */
  const misses = new Map<string, number>();
  const times = new Map<string, number>();
  /** How often in a row the job of a run ended with an error of its program. */
  const errors = new Map<string, number>();
  const lists = new Map<string, readonly string[]>();
  const stateNamed = (name: string): RunState => states.get(name)?.state ?? 'waiting';
  const isDone = (name: string): boolean => stateNamed(name) === 'done';
  const isOpen = ({ name }: PlannedRun): boolean => !isSettled(stateNamed(name));
  const set = (run: PlannedRun, found: FoundState): void => {
    const before = stateNamed(run.name);
    states.set(run.name, found);
    if (before !== found.state) onChange(run, found);
  };

  const noted = new Set<string>();
  const note = (text: string): void => {
    if (!noted.has(text)) onNote(text);
    noted.add(text);
  };

  /** The open runs that no job is on its way with. */
  const missing = async (inQueue: ReadonlyMap<string, QueuedElement>): Promise<PlannedRun[]> => {
    const lost: PlannedRun[] = [];
    for (const run of runs.filter(isOpen)) {
      const element = inQueue.get(run.name);
      if (element !== undefined) {
        const { array, index, state, reason } = element;
        elements.set(run.name, { job: elements.get(run.name)?.job ?? null, array, index });
        misses.set(run.name, 0);
        if (neverStarts.test(reason)) throw userError('slurm-waits', { reason });
        if (/held/i.test(reason))
          note(`Slurm holds the job of ${run.name}: ${reason}; scontrol release frees it`);
        if (!computes.test(state)) {
          set(run, { state: 'waiting', note: null });
          continue;
        }
      }
      // The folder is the truth: a controller that was restarted may believe for minutes that a job still runs.
      const found = await stateOf(runFolder(paths, run.name));
      if (found.state === 'done') set(run, found);
      else if (element !== undefined) set(run, { state: 'running', note: null });
      else if (found.state !== 'running') {
        const missed = (misses.get(run.name) ?? 0) + 1;
        misses.set(run.name, missed);
        if (!elements.has(run.name) || missed >= LOOKS) lost.push(run);
      }
    }
    return lost;
  };
  /** Whether the run of a lost job is to be submitted again. */
  const mayTryAgain = async (run: PlannedRun): Promise<boolean> => {
    const element = elements.get(run.name);
    if (element === undefined) return true;
    const { last, hasFailed } = await whyLost(plan, element);
    const found = await stateOf(runFolder(paths, run.name));
    if (found.state === 'failed') {
      set(run, found);
      return false;
    }
    const inRow = hasFailed ? (errors.get(run.name) ?? 0) + 1 : 0;
    errors.set(run.name, inRow);
    if (inRow >= MOST_ERRORS) {
      set(run, { state: 'failed', note: last?.replace(/^sft: /, '') ?? null });
      return false;
    }
    const done = times.get(run.name) ?? 0;
    if (done < MOST_TIMES) return true;
    const details = { run: run.name, times: done, last: last ?? 'nothing' };
    set(run, { state: 'failed', note: userError('slurm-element', details).message });
    return false;
  };
  /** Whether a run has its folder: where that cannot be made, no job could train in it. */
  const hasFolder = async (run: PlannedRun): Promise<boolean> => {
    try {
      await newRunFolder(paths, run);
      return true;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      set(run, { state: 'failed', note: error.message });
      return false;
    }
  };
  const submitAll = async (lost: readonly PlannedRun[]): Promise<void> => {
    const ready: PlannedRun[] = [];
    for (const run of lost) if (await hasFolder(run)) ready.push(run);
    for (const { array, job, elements: names } of await submitRuns(plan, ready, isDone, options)) {
      let count = 0;
      for (const [index, name] of names.entries()) {
        if (name === null) continue;
        elements.set(name, { job, array, index });
        times.set(name, (times.get(name) ?? 0) + 1);
        misses.set(name, 0);
        count++;
      }
      onNote(`submitted ${count} run${count === 1 ? '' : 's'} as job ${job}`);
    }
  };

  for (const { name } of runs) {
    const found = await stateOf(runFolder(paths, name));
    if (found.state === 'done') states.set(name, found);
  }
  let silent = false;
  while (runs.some(isOpen)) {
    signal.throwIfAborted();
    const queue = await queued(jobName(plan));
    if ((queue === undefined) !== silent) {
      silent = queue === undefined;
      onNote(silent ? 'Slurm does not answer; asking again' : 'Slurm answers again');
    }
    if (queue !== undefined) {
      const again: PlannedRun[] = [];
      for (const run of await missing(await byRun(paths.slurm, queue, lists)))
        if (await mayTryAgain(run)) again.push(run);
      for (const run of blockedRuns(runs, stateNamed)) set(run, blockedState(run, runs));
      await submitAll(again.filter(isOpen));
    }
    if (runs.some(isOpen)) await wait(1000 * pollSeconds, undefined, { signal });
  }
  return states;
}

/** The elements in the queue by the runs that they train, from the lists beside the scripts. */
async function byRun(
  folder: string,
  queue: readonly QueuedElement[],
  lists: Map<string, readonly string[]>,
): Promise<Map<string, QueuedElement>> {
  const found = new Map<string, QueuedElement>();
  for (const element of queue) {
    if (!/^array-\d+$/.test(element.array)) continue;
    const list = lists.get(element.array) ?? (await listOf(join(folder, `${element.array}.txt`)));
    lists.set(element.array, list);
    const name = list[element.index] ?? '';
    if (name !== '') found.set(name, element);
  }
  return found;
}

async function listOf(file: string): Promise<readonly string[]> {
  try {
    return (await readFile(file, 'utf8')).split('\n');
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return [];
  }
}

/**
 * The last thing that the job of a run said, null where it said nothing; and whether that is an error of our program.
 * @throws UserError `slurm-not-shared` where its node does not see what it needs
 */
async function whyLost(
  { paths }: SweepPlan,
  { job, array, index }: Element,
): Promise<{ readonly last: string | null; readonly hasFailed: boolean }> {
  const output = join(paths.slurm, `${array}-${index}.txt`);
  const { text } = await readTextEnd(output, 2 ** 14).catch((error: unknown) => {
    if (!(error instanceof Error)) throw error;
    return { text: '' };
  });
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const hasFailed = lines.at(-1) === failedText;
  const last = lines.at(hasFailed ? -2 : -1) ?? null;
  const end = job === null ? undefined : await elementEnd(job, index);
  // Slurm makes the output of every job that it starts: where there is none, the node has another disk under this name.
  const isElsewhere = last === null && end?.state === 'FAILED' && end.node !== '' && !existsSync(output);
  const isUnseen = last !== null && last.startsWith(unseenText);
  if (isUnseen || isElsewhere) {
    const missing = isUnseen ? last.slice(unseenText.length) : paths.folder;
    throw userError('slurm-not-shared', { node: end?.node ?? 'of the job', missing });
  }
  const ending = end === undefined ? null : `nothing; Slurm calls it ${end.state} on ${end.node}`;
  return { last: last ?? ending, hasFailed };
}
