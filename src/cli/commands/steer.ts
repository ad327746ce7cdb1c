import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { Command } from 'commander';
import type { Steering } from '../../control/client.ts';
import { findLiveRun, reachRun, steerRun } from '../../control/findRun.ts';
import { startDetached } from '../../control/startDetached.ts';
import { UserError, userError } from '../../core/errors/userError.ts';
import { systemCode } from '../../formats/fileErrors.ts';
import { homePaths } from '../../home/home.ts';
import type { LiveEntry } from '../../home/liveEntries.ts';
import { moveToTrash } from '../../home/trash.ts';
import { stillLives } from '../../runs/processIdentity.ts';
import { awaitRunEnd } from '../../runs/runEnd.ts';
import { tellsPlace } from '../../runs/queuePlace.ts';
import { isRun } from '../../runs/runFolder.ts';
import { count } from '../format.ts';
import { interruptible } from '../interruptible.ts';
import { EXIT, inform, print, printJson } from '../output.ts';
import { pastRun } from '../pastRun.ts';
import { placeOf, type QueueFlags, queueOptions } from '../queueOptions.ts';
import { countsOf } from '../values.ts';

interface SteerFlags {
  readonly force?: boolean;
  readonly json?: boolean;
}

interface ResumeFlags extends SteerFlags, QueueFlags {
  readonly keepAwake?: boolean;
}

const argument = ['<run>', 'a run folder, its name, or the name of the recipe'] as const;

/** `sft pause`, `resume`, `stop`, `cancel`: what can be asked of a run that lives. */
export function steerCommands(program: Command): void {
  command(program, 'pause', 'let a run save a checkpoint and wait; the next one in the queue goes on').action(
    async (run: string, { json }: SteerFlags) => {
      const entry = await findLiveRun(run);
      await steerRun(entry, 'pause');
      tell(entry.folder, 'pauses as soon as its step is done', json);
    },
  );
  const resume = command(
    program,
    'resume',
    'let a paused run go on, or a stopped or interrupted one in the background',
  ).option('--keep-awake', 'keep the computer from going to sleep while a stopped run computes again');
  queueOptions(resume).action(async (run: string, { keepAwake, json, ...queueFlags }: ResumeFlags) => {
    const entry = await liveOrPast(run);
    const queue = placeOf(queueFlags);
    if (typeof entry !== 'string') {
      if (tellsPlace(queue)) throw userError('resume-place', { name: entry.name }, { file: entry.folder });
      await steerRun(entry, 'resume');
      tell(entry.folder, 'goes on', json);
      return;
    }
    process.exitCode = await interruptible(async (signal) => {
      const { folder, pid } = await startDetached(entry, {
        programs: import.meta.dirname,
        node: process.execPath,
        keepAwake,
        queue,
        signal,
      });
      tell(folder, `goes on as process ${pid}`, json);
      return EXIT.ok;
    }, 'the run that had been resumed, too');
  });
  program
    .command('select')
    .description('change the size of the mask while the full phase trains, or choose it now')
    .argument(...argument)
    .option('--k <n>', 'entries of the mask', (text) => countsOf(text)[0])
    .option('--now', 'end the full phase after this step')
    .option('--json', 'print one JSON object')
    .action(
      async (run: string, { k, now, json }: SteerFlags & { readonly k?: number; readonly now?: boolean }) => {
        if (k === undefined && now !== true) throw userError('select-nothing', undefined);
        const entry = await findLiveRun(run);
        const client = await reachRun(entry);
        try {
          if (k !== undefined) await client.choose(k).catch(refused);
          if (now === true) await client.steer('selectNow').catch(refused);
        } finally {
          client.close();
        }
        const what =
          now === true ? 'chooses its mask after this step' : `will choose ${count(k ?? 0)} entries`;
        tell(entry.folder, what, json);
      },
    );
  command(program, 'stop', 'end a run after its step; a checkpoint is kept, and it can be resumed').action(
    async (run: string, { json }: SteerFlags) => {
      const entry = await findLiveRun(run);
      await steerRun(entry, 'stop');
      await ended(entry);
      tell(entry.folder, await describeEnd(entry.folder), json);
    },
  );
  command(program, 'cancel', 'end a run after its step and delete it; `sft trash` brings it back')
    .option('--force', 'do not wait for the step: end the process at once')
    .action(async (run: string, { force, json }: SteerFlags) => {
      const entry = await findLiveRun(run);
      if (force === true) kill(entry);
      else await steerRun(entry, 'cancel');
      await ended(entry);
      await awaitRunEnd(entry.folder); // its supervisor writes there
      const { id } = await moveToTrash(homePaths().trash, entry.folder);
      tell(entry.folder, `cancelled and deleted; sft trash --restore ${id} brings it back`, json);
    });
}

function command(program: Command, name: Steering, description: string): Command {
  return program
    .command(name)
    .description(description)
    .argument(...argument)
    .option('--json', 'print one JSON object');
}

function kill({ pid }: LiveEntry): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (systemCode(error) !== 'ESRCH') throw error; // it has just ended
  }
}

/** Waits until the process is gone, however long its step takes. */
async function ended(entry: LiveEntry): Promise<void> {
  const began = Date.now();
  let told = false;
  while ((await stillLives(entry)) !== false) {
    if (!told && Date.now() - began > 2000) {
      told = true;
      inform('waiting for the step under way');
    }
    await wait(50);
  }
}

async function describeEnd(folder: string): Promise<string> {
  if (!existsSync(folder)) return 'ended; its folder is gone';
  const { outcome, cause } = await awaitRunEnd(folder);
  if (outcome === 'done' || cause === null) return 'was done before it could be stopped';
  return `${cause.what} ${cause.advice}`;
}

/** A run that can be started again has no entry, but a folder. */
async function liveOrPast(run: string): Promise<LiveEntry | string> {
  try {
    return await findLiveRun(run);
  } catch (error) {
    if (!(error instanceof UserError && error.code === 'run-not-live')) throw error;
    const past = await pastRun(run);
    if (await isRun(past)) return past;
    throw error;
  }
}

function tell(folder: string, text: string, json: boolean | undefined): void {
  if (json === true) printJson({ folder });
  else print(`${folder}: ${text}`);
}

/** What a run does not do when it is asked. @throws UserError always */
function refused(error: unknown): never {
  throw userError('select-k', { reason: error instanceof Error ? error.message : String(error) });
}
