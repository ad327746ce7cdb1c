import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fstatSync, openSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { userError } from '../core/errors/userError.ts';
import { writeError } from '../formats/fileErrors.ts';
import { readTextEnd } from '../formats/textEnd.ts';
import { homePaths } from '../home/home.ts';
import { type LiveEntry, liveEntryOf } from '../home/liveEntries.ts';
import type { QueuePlace } from '../runs/queuePlace.ts';
import { refuseOwned } from '../runs/owner.ts';
import { readRunEnd } from '../runs/runEnd.ts';
import { isRun, runPaths } from '../runs/runFolder.ts';
import { stopSpawned } from './stopSpawned.ts';

export interface DetachedOptions {
  /** Folder of our bundles: cli.js and supervisor.js. */
  readonly programs: string;
  /** The Node that trains. */
  readonly node: string;
  readonly threads?: number | undefined;
  /** What computes: see `--engine`. */
  readonly engine?: string | undefined;
  readonly keepAwake?: boolean | undefined;
  /** What changes of its place among the runs of this machine. */
  readonly queue?: QueuePlace | undefined;
  /** Takes the start back: what was spawned is stopped again, and keeps what a stopped run keeps. */
  readonly signal?: AbortSignal | undefined;
}

const patience = 60_000;

/**
 * Starts, or resumes, the run of a folder in a process that outlives this one, and waits until it can be seen.
 * @throws UserError `run-not-a-run`, `run-done`, `run-owned`, `run-claimed`, `checkpoint-broken`, `run-start-failed` with what it said,
 * `file-unwritable`; the signal's reason
 */
export async function startDetached(folder: string, options: DetachedOptions): Promise<LiveEntry> {
  if (!(await isRun(folder))) throw userError('run-not-a-run', undefined, { file: folder });
  if ((await readRunEnd(folder)).outcome === 'done') throw userError('run-done', undefined, { file: folder });
  // Refused later, it would leave its own end in the folder of a run that works.
  await refuseOwned(folder);
  const { log } = runPaths(folder, '');
  const { child: supervisor, logged: before } = spawnRun(folder, options, [
    ...(options.threads === undefined ? [] : ['--threads', String(options.threads)]),
    ...(options.engine === undefined ? [] : ['--engine', options.engine]),
    ...(options.keepAwake === true ? ['--keep-awake'] : []),
    ...queueArguments(options.queue ?? {}),
  ]);
  supervisor.unref();
  const ended = new AbortController();
  supervisor.once('exit', () => ended.abort()).once('error', () => ended.abort());
  await once(supervisor, 'spawn').catch(() => ended.abort());
  const takeBack = (): void => void stopSpawned({ folder, child: supervisor });
  options.signal?.addEventListener('abort', takeBack);
  try {
    const entry = await seen(folder, ended.signal);
    options.signal?.throwIfAborted();
    if (entry !== undefined) return entry;
  } finally {
    options.signal?.removeEventListener('abort', takeBack);
  }
  const reason = (await lastLineAfter(log, before)) ?? 'It says nothing.';
  throw userError('run-start-failed', { reason }, { file: log });
}

/** The run's entry, once it has one; undefined where it has ended without. */
async function seen(folder: string, ended: AbortSignal): Promise<LiveEntry | undefined> {
  const { live } = homePaths();
  for (const until = Date.now() + patience; Date.now() < until;) {
    const entry = await liveEntryOf(live, folder);
    if (entry !== undefined) return entry;
    if (ended.aborted) break;
    await wait(50);
  }
  return undefined;
}

function queueArguments({ beside, needs, priority, skips }: QueuePlace): string[] {
  return [
    ...(beside === undefined ? [] : ['--beside', String(beside)]),
    ...(needs === undefined ? [] : ['--needs', String(needs)]),
    ...(priority === undefined ? [] : ['--priority', String(priority)]),
    ...(skips === undefined ? [] : [skips ? '--no-queue' : '--queue']),
  ];
}

/** A process of ours that watches over the run of a folder. */
export interface SpawnedRun {
  /** The run's supervisor: it ends with the run, and passes SIGTERM on. */
  readonly child: ChildProcess;
  /** Bytes of the log before it began. */
  readonly logged: number;
}

/**
 * Starts, or resumes, the run of a folder in a process group of its own, under a supervisor that writes how it ended.
 * @param args of `sft train` beside the recipe and --resume
 * @throws UserError `file-unwritable`
 */
export function spawnRun(
  folder: string,
  { programs, node }: Pick<DetachedOptions, 'programs' | 'node'>,
  args: readonly string[],
): SpawnedRun {
  const { log, exit, recipe } = runPaths(folder, '');
  const fd = openLog(log);
  const logged = fstatSync(fd).size;
  const program = join(programs, 'cli.js');
  const child = spawn(
    node,
    [join(programs, 'supervisor.js'), exit, program, 'train', recipe, '--resume', ...args],
    {
      cwd: folder,
      detached: true,
      windowsHide: true,
      stdio: ['ignore', fd, fd],
      env: cleanEnvironment(process.env),
    },
  );
  closeSync(fd);
  return { child, logged };
}

/** The last line that was written to a log since it had so many bytes. */
async function lastLineAfter(log: string, bytes: number): Promise<string | undefined> {
  const { size } = await stat(log);
  const { text } = await readTextEnd(log, Math.min(size - bytes, 2 ** 16));
  return text
    .split(/[\r\n]+/)
    .findLast((line) => line.trim() !== '')
    ?.replace(/^sft: /, '');
}

/** Without what an editor or a debugger put there for its own processes; ELECTRON_RUN_AS_NODE makes a Node of Electron. */
function cleanEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => name !== 'NODE_OPTIONS' && !name.startsWith('VSCODE_')),
  );
}

function openLog(log: string): number {
  try {
    return openSync(log, 'a');
  } catch (error) {
    throw writeError(error, log);
  }
}
