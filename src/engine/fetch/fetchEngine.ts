import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../../formats/makeFolder.ts';
import { UserError, userError } from '../../core/errors/userError.ts';
import { temporaryName } from '../../formats/atomicFile.ts';
import { writeError } from '../../formats/fileErrors.ts';
import { cudaWays } from './cuda.ts';
import type { FetchableEngine, FetchStep, FetchWay } from './step.ts';
import { tensorflowWays } from './tensorflow.ts';

export interface FetchOptions {
  /** Folder of fetched engines. */
  readonly engines: string;
  readonly signal?: AbortSignal | undefined;
  /** Told of each step before it begins. */
  readonly onStep?: ((words: string) => void) | undefined;
  /** Told why a way did not lead to the engine, where another one is tried. */
  readonly onDetour?: ((words: string) => void) | undefined;
  /** For tests. */
  readonly ways?: readonly FetchWay[];
}

export interface FetchedEngine {
  readonly folder: string;
  /** How it was fetched. */
  readonly way: string;
}

const MOST_OUTPUT = 2 ** 26;

/**
 * Fetches an engine into a folder of its own, which appears when all of it is there; what was there before is replaced.
 * @throws UserError `engine-fetch`, `engine-fetch-needs`, of files; the signal's reason
 */
export async function fetchEngine(name: FetchableEngine, options: FetchOptions): Promise<FetchedEngine> {
  const { engines, signal, onDetour, ways = waysTo(name) } = options;
  let failed: Error | undefined;
  for (const way of ways) {
    if (failed !== undefined) onDetour?.(`${whatOf(failed)} Trying ${way.name}.`);
    const folder = temporaryName(join(engines, name));
    try {
      const programs = await programsOf(name, way);
      await makeFolder(folder).catch((error: unknown) => {
        throw writeError(error, folder);
      });
      for (const step of way.steps(programs)) await doStep(name, step, folder, options);
      const lacking = way.makes.find((file) => !existsSync(join(folder, file)));
      if (lacking !== undefined)
        throw userError('engine-fetch', { name, step: way.name, reason: `${lacking} was not made` });
      await replace(join(engines, name), folder);
      return { folder: join(engines, name), way: way.name };
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      signal?.throwIfAborted();
      if (!(error instanceof Error)) throw error;
      failed = error;
    }
  }
  throw (
    failed ??
    userError('engine-fetch', { name, step: 'looking for a way', reason: 'there is none for this system' })
  );
}

function whatOf(error: Error): string {
  return error instanceof UserError ? error.problem.what : error.message;
}

function waysTo(name: FetchableEngine): readonly FetchWay[] {
  return name === 'cuda' ? cudaWays() : tensorflowWays(name);
}

/** The programs of a way, by the first name of each. @throws UserError `engine-fetch-needs` */
async function programsOf(name: FetchableEngine, { needs }: FetchWay): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const lacking: string[] = [];
  for (const choices of needs) {
    const [first] = choices;
    const works = await firstThatRuns(choices);
    if (works === undefined) lacking.push(first);
    else found[first] = works;
  }
  if (lacking.length > 0) throw userError('engine-fetch-needs', { name, programs: lacking.join(', ') });
  return found;
}

async function firstThatRuns(choices: readonly string[]): Promise<string | undefined> {
  for (const program of choices) {
    const option = program === 'unzip' ? '-v' : '--version';
    const { code } = await run([program, option], {});
    if (code === 0) return program;
  }
  return undefined;
}

async function doStep(
  name: FetchableEngine,
  { words, program, work, env = {}, accepted = [] }: FetchStep,
  folder: string,
  { signal, onStep }: FetchOptions,
): Promise<void> {
  onStep?.(words);
  signal?.throwIfAborted();
  try {
    await work?.(folder);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw userError('engine-fetch', { name, step: words, reason });
  }
  if (program === undefined) return;
  const { code, reason } = await run(program, { cwd: folder, env, signal });
  if (code !== 0 && !accepted.includes(code)) throw userError('engine-fetch', { name, step: words, reason });
}

interface RunWith {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** Runs a program to its end; gives its code, and what of its error stream tells most. */
function run(
  [program, ...args]: readonly [string, ...string[]],
  { cwd, env, signal }: RunWith,
): Promise<{ readonly code: number; readonly reason: string }> {
  return new Promise((resolve) => {
    execFile(
      program,
      args,
      {
        ...(cwd === undefined ? {} : { cwd }),
        ...(signal === undefined ? {} : { signal }),
        env: { ...process.env, ...env },
        maxBuffer: MOST_OUTPUT,
        windowsHide: true,
        // npm is a script there, which only the shell runs; the arguments are ours and have no blanks.
        shell: process.platform === 'win32',
      },
      (error, _, stderr) => {
        const lines = stderr.split('\n').filter((line) => line.trim() !== '');
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
        const telling = lines.find((line) => /error/i.test(line)) ?? lines.at(-1) ?? error?.message ?? '';
        resolve({ code, reason: telling.trim().slice(0, 300) });
      },
    );
  });
}

async function replace(target: string, folder: string): Promise<void> {
  const old = temporaryName(target);
  try {
    if (existsSync(target)) await rename(target, old);
    await rename(folder, target);
  } catch (error) {
    throw writeError(error, target);
  }
  await rm(old, { recursive: true, force: true });
}
