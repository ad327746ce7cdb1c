import { rm } from 'node:fs/promises';
import { setImmediate as nextRound } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { EngineChoice } from '../core/engineNames.ts';
import { UserError } from '../core/errors/userError.ts';
import type { RunEvent } from '../protocol/events.ts';
import { homePaths } from '../home/home.ts';
import { budgetBounds, entriesByRow } from '../recipe/budget.ts';
import { openEventLog } from '../runs/eventLog.ts';
import { type Reserve, reserveRoom } from '../runs/reserve.ts';
import { lastEvent } from '../runs/runEnd.ts';
import type { OwnedRun } from '../runs/runFolder.ts';
import { keepView } from '../runs/viewCache.ts';
import { maskableEntries } from '../training/roles.ts';
import { goLive, type LiveOptions, type LiveRun } from './liveRun.ts';
import type { PreparedRun } from './prepare.ts';
import { loadAhead } from './engines/loadAhead.ts';
import type { OpenEngine } from './engines/runEngine.ts';
import { tellPast } from './resume.ts';
import { failure, trainSafely } from './runRecipe.ts';
import type { RunSteering } from './runSteering.ts';

export interface HostOptions extends LiveOptions {
  readonly resume?: boolean | undefined;
  readonly threads?: number | undefined;
  /** What computes; the processor unless told. */
  readonly engine?: EngineChoice | undefined;
  /** How engines are opened; for tests. */
  readonly openEngine?: OpenEngine | undefined;
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
  let reserve: Reserve | undefined;
  try {
    await rm(run.exit, { force: true });
    reserve = await reserveRoom(run.folder);
    live = await goLive(run, name, options);
    options.onLive?.(live.steering);
    yield* runInSight(run, live, reserve, prepare, options);
  } finally {
    try {
      await live?.leave();
      await reserve?.release();
      if (live !== undefined) await keepView(homePaths().views, run.events, live.view);
    } finally {
      await run.claim.release();
      await live?.hangUp();
    }
  }
}

async function* runInSight(
  run: OwnedRun,
  live: LiveRun,
  reserve: Reserve,
  prepare: () => Promise<PreparedRun>,
  { resume, threads, engine, openEngine, past }: HostOptions,
): AsyncGenerator<RunEvent, void> {
  const { steering } = live;
  let last: RunEvent | undefined;
  const breathe = newBreath();
  try {
    // All of a run's code is loaded before it waits: an update may replace the files meanwhile.
    await loadAhead(run, engine ?? 'cpu');
    // Whoever looks while it waits sees what it has done; how it ended then is not how it ends.
    let isPast = resume === true;
    if (isPast)
      await tellPast(run.events, (event) => {
        if (event.type !== 'stopped' && event.type !== 'failed') live.remember(event);
      });
    /** It goes on from its checkpoint, or begins anew: what led there is told from the start. */
    const begin = (): void => {
      if (isPast) live.forget();
      isPast = false;
    };
    if (!(await steering.start())) {
      const stopped: RunEvent = { type: 'stopped', time: now(), reason: 'asked to stop' };
      await record(run, stopped);
      live.tell(stopped);
      yield stopped;
      return;
    }
    const prepareWithin = async () => {
      const prepared = await prepare();
      const { least, most } = sizesOfMask(prepared);
      steering.wishes.limit(least, most);
      return prepared;
    };
    for await (const event of trainSafely(run, prepareWithin, {
      resume,
      live: steering.wishes,
      threads,
      engine,
      openEngine,
      goesBack: live.forget,
      signal: steering.signal,
      wantsCheckpoint: steering.wantsPause,
      saved: steering.pauseHere,
      past(event) {
        begin();
        live.remember(event);
        past?.(event);
      },
    })) {
      last = event;
      begin();
      live.tell(event);
      yield event;
      await breathe();
    }
  } catch (error) {
    const failed: RunEvent =
      last?.type === 'failed' ? last : { type: 'failed', time: now(), ...failure(error) };
    // It stands in the record too, for those who were not there; the first error says more than one of writing it. A run whose recipe
    // was changed is still the one that it was, and can go on.
    if (!(error instanceof UserError && error.code === 'checkpoint-other-recipe'))
      await recordInReserve(run, failed, reserve).catch(() => undefined);
    if (last !== failed) {
      live.tell(failed);
      yield failed;
    }
    throw error;
  }
}

/** Records how a run ended, on a full disk in the room that was held for it. */
async function recordInReserve(run: OwnedRun, event: RunEvent, reserve: Reserve): Promise<void> {
  try {
    await record(run, event);
  } catch {
    await reserve.release();
    await record(run, event);
  }
}

/** Records how a run ended, if its record does not say so yet. That of one that is done stays as it is. */
async function record({ events }: OwnedRun, event: RunEvent): Promise<void> {
  const last = await lastEvent(events);
  if (last?.type === 'done' || isDeepStrictEqual(last, event)) return;
  const log = await openEventLog(events);
  try {
    await log.append(event);
  } finally {
    await log.close();
  }
}

/** How few and how many entries a run's mask may have. */
function sizesOfMask({ recipe: { select }, maskable, originals, roles }: PreparedRun): {
  least: number;
  most: number;
} {
  // With fewer entries than iterations, one of them would choose nothing.
  const all = { least: select.iterations, most: maskable };
  return select.budget === undefined && select.within === undefined
    ? all
    : budgetBounds(select, entriesByRow(maskableEntries(originals, roles)), all);
}

function now(): string {
  return new Date().toISOString();
}
