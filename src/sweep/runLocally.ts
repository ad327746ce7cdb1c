import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { spawnRun } from '../control/startDetached.ts';
import { type Stoppable, stopSpawned } from '../control/stopSpawned.ts';
import type { EngineChoice } from '../core/engineNames.ts';
import { UserError } from '../core/errors/userError.ts';
import { awaitRunEnd } from '../runs/runEnd.ts';
import { newRunFolder } from './newRunFolder.ts';
import { runFolder } from './paths.ts';
import type { PlannedRun, SweepPlan } from './plan.ts';
import { blockedRuns, blockedState, isSettled, readyRuns } from './schedule.ts';
import { type FoundState, type RunState, stateOf, statesOutside } from './states.ts';

export interface LocalOptions {
  /** Folder of our bundles: cli.js and supervisor.js. */
  readonly programs: string;
  /** The Node that trains. */
  readonly node: string;
  readonly engine: EngineChoice;
  readonly jobs: number;
  readonly threads: number;
  /** Bytes that a run needs. */
  readonly memory: number;
  readonly priority: number;
  /** Whether the computer is kept from going to sleep while runs compute. */
  readonly keepAwake: boolean;
  /** Stops all runs, which keep their checkpoints. */
  readonly signal: AbortSignal;
  /** Told of every change. */
  readonly onChange: (run: PlannedRun, found: FoundState) => void;
}

/** Another process's run is looked at so often. */
const lookMilliseconds = 500;

/**
 * Trains the runs of a plan that are not done, several at a time, each in a process of its own; those that were interrupted go on where
 * they were. One that fails does not keep the others from being trained. Ends when no run can go on, or when all have been stopped.
 * @throws UserError of making run folders
 */
export async function runLocally(
  { paths, runs }: SweepPlan,
  { programs, node, engine, jobs, threads, memory, priority, keepAwake, signal, onChange }: LocalOptions,
): Promise<ReadonlyMap<string, FoundState>> {
  const states = await statesOutside({ paths, runs });
  const own = new Map<string, Promise<void>>();
  const spawned = new Set<Stoppable>();
  const stateNamed = (name: string): RunState => states.get(name)?.state ?? 'waiting';
  const set = (run: PlannedRun, found: FoundState): void => {
    const before = states.get(run.name);
    states.set(run.name, found);
    if (before?.state !== found.state) onChange(run, found);
  };

  for (const run of runs) {
    const found = await stateOf(runFolder(paths, run.name));
    // What did not come to its end goes on.
    states.set(run.name, goesOn(found) ? { ...found, state: 'waiting' } : found);
  }

  const start = async (run: PlannedRun): Promise<void> => {
    const folder = await newRunFolder(paths, run);
    if (signal.aborted) {
      set(run, { state: 'waiting', note: null });
      return;
    }
    const { child } = spawnRun(folder, { programs, node }, [
      '--engine',
      engine,
      '--threads',
      String(threads),
      '--priority',
      String(priority),
      '--beside',
      String(jobs),
      '--needs',
      String(Math.max(1, Math.ceil(memory / 1e6))),
      ...(keepAwake ? ['--keep-awake'] : []),
    ]);
    const one = { folder, child };
    spawned.add(one);
    await once(child, 'exit').catch(() => undefined); // a program that cannot be started is seen at the folder
    spawned.delete(one);
    const { outcome, cause } = await awaitRunEnd(folder);
    set(run, { state: outcome, note: cause?.what ?? null });
  };
  const begin = (run: PlannedRun): void => {
    set(run, { state: 'running', note: null });
    const ended = start(run)
      .catch((error: unknown) => {
        if (!(error instanceof UserError)) throw error;
        set(run, { state: 'failed', note: error.message });
      })
      .finally(() => own.delete(run.name));
    own.set(run.name, ended);
  };
  const stopAll = (): void => {
    for (const one of spawned) void stopSpawned(one);
  };
  signal.addEventListener('abort', stopAll);
  const stopped = aborted(signal);
  try {
    while (!signal.aborted) {
      const elsewhere = runs.filter(({ name }) => stateNamed(name) === 'running' && !own.has(name));
      for (const run of elsewhere) set(run, await stateOf(runFolder(paths, run.name)));
      for (const run of readyRuns(runs, stateNamed, jobs - own.size)) begin(run);
      for (const run of blockedRuns(runs, stateNamed)) set(run, blockedState(run, runs));
      if (own.size === 0 && !runs.some(({ name }) => !isSettled(stateNamed(name)))) break;
      await Promise.race([
        ...own.values(),
        ...(elsewhere.length > 0 || own.size === 0 ? [wait(lookMilliseconds)] : []),
        stopped,
      ]);
    }
    await Promise.all(own.values());
  } finally {
    signal.removeEventListener('abort', stopAll);
    stopAll();
  }
  return states;
}

function goesOn({ state }: FoundState): boolean {
  return isSettled(state) && state !== 'done';
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}
