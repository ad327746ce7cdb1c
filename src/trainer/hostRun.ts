import { rm } from 'node:fs/promises';
import { setImmediate as nextRound } from 'node:timers/promises';
import { loadRuntime } from '../engine/compiled/runtime.ts';
import type { RunEvent } from '../protocol/events.ts';
import { openEventLog } from '../runs/eventLog.ts';
import { lastEvent } from '../runs/runEnd.ts';
import type { OwnedRun } from '../runs/runFolder.ts';
import { goLive, type LiveOptions, type LiveRun } from './liveRun.ts';
import type { PreparedRun } from './prepare.ts';
import { failure, trainRun } from './runRecipe.ts';
import type { RunSteering } from './runSteering.ts';

export interface HostOptions extends LiveOptions {
  readonly resume?: boolean | undefined;
  readonly threads?: number | undefined;
  /** Called with what happened before a run was resumed. */
  readonly past?: ((event: RunEvent) => void) | undefined;
  /** Gets what steers the run, before it waits for anything. */
  readonly onLive?: ((steering: RunSteering) => void) | undefined;
}

/** A run answers at least this often between two steps, however short they are. */
const breatheMilliseconds = 50;

/** Gives what is to be called between two steps, so that others are answered. */
export function newBreath(): () => Promise<void> {
  let breathed = performance.now();
  return async () => {
    if (performance.now() - breathed < breatheMilliseconds) return;
    await nextRound();
    breathed = performance.now();
  };
}

/**
 * Trains in a folder that this process owns, in sight of others: waits for the machine, then prepares and trains, and
 * can be watched and steered all the while. The folder is given back at the end, and only then do watchers lose sight.
 * @throws UserError as `prepare` and `trainRun`; what happened is told as `failed`, and stands in the run's record
 */
export async function* hostRun(
  run: OwnedRun,
  name: string,
  prepare: () => Promise<PreparedRun>,
  options: HostOptions = {},
): AsyncGenerator<RunEvent, void> {
  let live: LiveRun | undefined;
  try {
    await rm(run.exit, { force: true });
    live = await goLive(run, name, options);
    options.onLive?.(live.steering);
    yield* runInSight(run, live, prepare, options);
  } finally {
    try {
      await live?.leave();
    } finally {
      await run.claim.release();
      await live?.hangUp();
    }
  }
}

async function* runInSight(
  run: OwnedRun,
  live: LiveRun,
  prepare: () => Promise<PreparedRun>,
  { resume, threads, past }: HostOptions,
): AsyncGenerator<RunEvent, void> {
  const { steering } = live;
  let last: RunEvent | undefined;
  const breathe = newBreath();
  try {
    // All of a run's code is loaded before it waits: an update may replace the files meanwhile.
    await loadRuntime();
    if (!(await steering.start())) {
      const stopped: RunEvent = { type: 'stopped', time: now(), reason: 'asked to stop' };
      await record(run, stopped);
      live.tell(stopped);
      yield stopped;
      return;
    }
    for await (const event of trainRun(run, await prepare(), {
      resume,
      threads,
      signal: steering.signal,
      wantsCheckpoint: steering.wantsPause,
      saved: steering.pauseHere,
      past(event) {
        live.remember(event);
        past?.(event);
      },
    })) {
      last = event;
      live.tell(event);
      yield event;
      await breathe();
    }
  } catch (error) {
    if (last?.type !== 'failed') {
      // What kept it from training stands in the record too, for those who were not there.
      const failed: RunEvent = { type: 'failed', time: now(), ...failure(error) };
      await record(run, failed).catch(() => undefined); // the first error says more
      live.tell(failed);
      yield failed;
    }
    throw error;
  }
}

/** Records how a run ended before it trained. The record of one that is done stays as it is. */
async function record({ events }: OwnedRun, event: RunEvent): Promise<void> {
  if ((await lastEvent(events))?.type === 'done') return;
  const log = await openEventLog(events);
  try {
    await log.append(event);
  } finally {
    await log.close();
  }
}

function now(): string {
  return new Date().toISOString();
}
