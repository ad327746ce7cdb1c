import { rm } from 'node:fs/promises';
import { setImmediate as breathe } from 'node:timers/promises';
import type { RunEvent } from '../protocol/events.ts';
import type { LiveStatus } from '../protocol/liveRun.ts';
import { openEventLog } from '../runs/eventLog.ts';
import type { OwnedRun } from '../runs/runFolder.ts';
import { goLive } from './liveRun.ts';
import type { PreparedRun } from './prepare.ts';
import { failure, trainRun } from './runRecipe.ts';
import type { RunSteering } from './runSteering.ts';

export interface HostOptions {
  readonly resume?: boolean | undefined;
  readonly threads?: number | undefined;
  /** Called with what happened before a run was resumed. */
  readonly past?: ((event: RunEvent) => void) | undefined;
  /** Told the place in the queue while the run waits for the machine. */
  readonly onPosition?: ((position: number) => void) | undefined;
  /** Told of every change of what the run does. */
  readonly onStatus?: ((status: LiveStatus) => void) | undefined;
  /** Gets what steers the run, before it waits for anything. */
  readonly onLive?: ((steering: RunSteering) => void) | undefined;
}

/** A run answers at least this often between two steps, however short they are. */
const breatheMilliseconds = 50;

/**
 * Trains in a folder that this process owns, in sight of others: waits for the machine, then prepares and trains, and
 * can be watched and steered all the while. The folder is given back at the end.
 * @throws UserError as `prepare` and `trainRun`; what happened stands in the run's record too
 */
export async function* hostRun(
  run: OwnedRun,
  name: string,
  prepare: () => Promise<PreparedRun>,
  options: HostOptions = {},
): AsyncGenerator<RunEvent, void> {
  try {
    await rm(run.exit, { force: true });
    const live = await goLive(run, name, options.onStatus);
    try {
      options.onLive?.(live.steering);
      const prepared = (await live.takeTurn(options.onPosition))
        ? await prepareRecorded(run, prepare)
        : undefined;
      if (prepared === undefined) {
        const event: RunEvent = { type: 'stopped', time: new Date().toISOString(), reason: 'asked to stop' };
        await record(run.events, event);
        live.tell(event);
        yield event;
        return;
      }
      let breathed = performance.now();
      for await (const event of trainRun(run, prepared, {
        resume: options.resume,
        threads: options.threads,
        signal: live.steering.signal,
        wantsCheckpoint: live.steering.wantsPause,
        saved: live.steering.pauseHere,
        past(past) {
          live.remember(past);
          options.past?.(past);
        },
      })) {
        live.tell(event);
        yield event;
        if (performance.now() - breathed < breatheMilliseconds) continue;
        await breathe();
        breathed = performance.now();
      }
    } finally {
      await live.close();
    }
  } finally {
    await run.claim.release();
  }
}

/** What cannot be prepared stands in the record as failed, for those who were not there. */
async function prepareRecorded(run: OwnedRun, prepare: () => Promise<PreparedRun>): Promise<PreparedRun> {
  try {
    return await prepare();
  } catch (error) {
    await record(run.events, { type: 'failed', time: new Date().toISOString(), ...failure(error) });
    throw error;
  }
}

async function record(file: string, event: RunEvent): Promise<void> {
  const log = await openEventLog(file);
  try {
    await log.append(event);
  } finally {
    await log.close();
  }
}
