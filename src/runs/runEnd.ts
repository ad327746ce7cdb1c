import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod';
import { catalogue } from '../core/errors/catalogue.ts';
import type { Problem } from '../core/errors/problem.ts';
import { readError, systemCode } from '../formats/fileErrors.ts';
import { readTextEnd } from '../formats/textEnd.ts';
import type { RunEvent } from '../protocol/events.ts';
import type { RunEnd } from '../protocol/runEnd.ts';
import { hasCheckpoint } from './checkpoint.ts';
import { eventSchema } from './eventSchema.ts';
import { runPaths } from './runFolder.ts';

const exitSchema = z.object({
  code: z.number().nullable(),
  signal: z.string().nullable(),
  electron: z.boolean().default(false),
});

/** How a process ended, as its supervisor saw it. */
export type ProcessExit = z.infer<typeof exitSchema>;

const tailBytes = 2 ** 16;
const logLines = 20;

/**
 * How the run of a folder stands that no process works on: from the end of its record, what its supervisor saw, and
 * its log. Reads no more than the ends of files.
 * @throws UserError `file-unreadable`
 */
export async function readRunEnd(folder: string): Promise<RunEnd> {
  const paths = runPaths(folder, '');
  const last = await lastEvent(paths.events);
  if (last?.type === 'done') return { outcome: 'done', cause: null, resumable: false };
  const log = await lastLines(paths.log);
  const checkpoint = await hasCheckpoint(paths.checkpoint);
  const exit = await readExit(paths.exit);
  // One that was resumed and killed before it told anything has not just been stopped, or failed: a new process removes exit.json.
  const wasKilled = (exit?.signal ?? null) !== null;
  if (last?.type === 'stopped' && !wasKilled) {
    const { what, advice } = catalogue['run-stopped']({ checkpoint });
    return { outcome: 'stopped', cause: { what, advice, log }, resumable: true };
  }
  if (last?.type === 'failed' && !wasKilled) {
    const { what, advice } = catalogue['run-failed']({ message: last.message, checkpoint });
    return { outcome: 'failed', cause: { what, advice, log }, resumable: true };
  }
  const { what, advice } = interruption(exit, checkpoint);
  return { outcome: 'interrupted', cause: { what, short: inShort(exit), advice, log }, resumable: true };
}

/**
 * The same of a run whose process has just gone: waits a moment for its supervisor, if it had one, to say how it ended.
 * @throws UserError `file-unreadable`
 */
export async function awaitRunEnd(folder: string, patience = 3000): Promise<RunEnd> {
  const { log, exit } = runPaths(folder, '');
  for (const late = Date.now() + patience; existsSync(log) && !existsSync(exit) && Date.now() < late;) {
    await wait(50);
  }
  return readRunEnd(folder);
}

/** Why a process ended that did not say so itself. */
export function interruption(exit: ProcessExit | undefined, checkpoint: boolean): Problem {
  if (exit === undefined) return catalogue['run-vanished']({ checkpoint });
  if (exit.signal === 'SIGKILL') return catalogue['run-killed']({ checkpoint });
  if (isAllocatorLimit(exit)) return catalogue['run-allocator']({ checkpoint, electron: exit.electron });
  return catalogue['run-crashed']({ how: howEnded(exit), checkpoint });
}

function inShort(exit: ProcessExit | undefined): string {
  if (exit === undefined) return 'process gone';
  if (exit.signal === 'SIGKILL') return 'probably out of memory';
  if (isAllocatorLimit(exit)) return exit.electron ? 'limit of 2 GiB' : 'trap';
  return exit.signal ?? `exit code ${exit.code ?? 'unknown'}`;
}

/** What Chromium's allocator does to a process that asks for about 2 GiB at once; the numbers are Windows'. */
function isAllocatorLimit({ code, signal }: ProcessExit): boolean {
  if (signal === 'SIGTRAP' || signal === 'SIGILL') return true;
  return code !== null && [0x80000003, 0xe0000008].includes(code >>> 0);
}

function howEnded({ code, signal }: ProcessExit): string {
  return signal === null ? `with exit code ${code ?? 'unknown'}` : `by signal ${signal}`;
}

async function readExit(file: string): Promise<ProcessExit | undefined> {
  try {
    return exitSchema.safeParse(JSON.parse(await readFile(file, 'utf8'))).data;
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw readError(error, file);
  }
}

/** The last whole event of a record; undefined where there is none. */
export async function lastEvent(file: string): Promise<RunEvent | undefined> {
  const text = (await readTextEnd(file, tailBytes)).text;
  const line = text.slice(0, text.lastIndexOf('\n')).split('\n').at(-1) ?? '';
  try {
    return eventSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

async function lastLines(file: string): Promise<string[]> {
  const lines = (await readTextEnd(file, tailBytes)).text
    .split(/[\r\n]+/)
    .filter((line) => line.trim() !== '');
  return lines.slice(-logLines);
}
