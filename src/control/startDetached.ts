import { spawn } from 'node:child_process';
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
import { readRunEnd } from '../runs/runEnd.ts';
import { isRun, runPaths } from '../runs/runFolder.ts';

export interface DetachedOptions {
  /** Folder of our bundles: cli.js and supervisor.js. */
  readonly programs: string;
  /** The Node that trains. */
  readonly node: string;
  readonly threads?: number | undefined;
  readonly keepAwake?: boolean | undefined;
}

const patience = 60_000;

/**
 * Starts, or resumes, the run of a folder in a process that outlives this one, and waits until it can be seen.
 * @throws UserError `run-not-a-run`, `run-done`, `checkpoint-broken`, `run-start-failed` with what it said,
 * `file-unwritable`
 */
export async function startDetached(folder: string, options: DetachedOptions): Promise<LiveEntry> {
  if (!(await isRun(folder))) throw userError('run-not-a-run', undefined, { file: folder });
  if ((await readRunEnd(folder)).outcome === 'done') throw userError('run-done', undefined, { file: folder });
  const { log, exit, recipe } = runPaths(folder, '');
  const fd = openLog(log);
  const before = fstatSync(fd).size;
  const program = join(options.programs, 'cli.js');
  const threads = options.threads === undefined ? [] : ['--threads', String(options.threads)];
  const awake = options.keepAwake === true ? ['--keep-awake'] : [];
  const supervisor = spawn(
    options.node,
    [
      join(options.programs, 'supervisor.js'),
      exit,
      program,
      'train',
      recipe,
      '--resume',
      ...threads,
      ...awake,
    ],
    {
      cwd: folder,
      detached: true,
      windowsHide: true,
      stdio: ['ignore', fd, fd],
      env: cleanEnvironment(process.env),
    },
  );
  closeSync(fd);
  supervisor.unref();
  const ended = new AbortController();
  supervisor.once('exit', () => ended.abort()).once('error', () => ended.abort());
  await once(supervisor, 'spawn').catch(() => ended.abort());
  const { live } = homePaths();
  for (const until = Date.now() + patience; Date.now() < until;) {
    const entry = await liveEntryOf(live, folder);
    if (entry !== undefined) return entry;
    if (ended.signal.aborted) break;
    await wait(50);
  }
  const reason = (await lastLineAfter(log, before)) ?? 'It says nothing.';
  throw userError('run-start-failed', { reason }, { file: log });
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
