import type { LiveStatus } from '../protocol/liveRun.ts';
import type { LiveWishes } from '../training/job.ts';
import { TrainingStopped } from '../training/phase.ts';

/** What others may ask of a run, and what the run makes of it between two steps. */
export interface RunSteering {
  readonly status: () => LiveStatus;
  /** Aborts when the run is to end. */
  readonly signal: AbortSignal;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly stop: () => void;
  /** Asks for a mask of so many entries. @throws RangeError where there are not so many */
  readonly choose: (k: number) => void;
  /** Asks for the end of the full phase: the mask is chosen after this step. */
  readonly selectNow: () => void;
  /** The mask of an iteration has been chosen: the next full phase is not asked to end. */
  readonly selected: () => void;
  /** What was asked of the full phase; `limit` says how few and how many entries there may be, once that is known. */
  readonly wishes: LiveWishes & { limit: (least: number, most: number) => void };
  /** Waits for the machine, before anything is computed; gives whether the run is to go on and not to end. */
  readonly start: () => Promise<boolean>;
  /** Whether a checkpoint is wanted now, so that the run can pause behind it. */
  readonly wantsPause: () => boolean;
  /**
   * To be called where everything is saved: waits while the run is to pause.
   * @throws TrainingStopped if it is to end instead of going on
   */
  readonly pauseHere: () => Promise<void>;
}

export interface SteeringEffects {
  /** Told of every change of the status, before anything follows from it. Must not throw. */
  readonly changed: (status: LiveStatus) => Promise<void>;
  /** Waits for the machine, or until the run is to end. */
  readonly enter: () => Promise<void>;
  /** Gives the machine to others. */
  readonly leave: () => Promise<void>;
}

/** A run that waits for its turn. */
export function newSteering(effects: SteeringEffects): RunSteering {
  const end = new AbortController();
  let current: LiveStatus = 'queued';
  let wake: (() => void) | undefined;
  const wish: { k?: number; now: boolean; least: number; most: number } = {
    now: false,
    least: 1,
    most: Infinity,
  };
  const status = (): LiveStatus => current;
  const isEnding = (): boolean => end.signal.aborted;
  const set = async (next: LiveStatus): Promise<void> => {
    if (next === current) return;
    current = next;
    await effects.changed(next);
  };
  /** Requests are answered before others know of the change. */
  const setSoon = (next: LiveStatus): void => void set(next);
  const whilePaused = async (): Promise<void> => {
    while (status() === 'paused') {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    wake = undefined;
  };
  const start = async (): Promise<boolean> => {
    do {
      await whilePaused();
      if (isEnding()) return false;
      await effects.enter();
      if (status() === 'paused') await effects.leave(); // paused just when it had its turn
    } while (status() === 'paused');
    if (isEnding()) return false;
    await set('running');
    return true;
  };
  return {
    status,
    signal: end.signal,
    pause() {
      if (current === 'running') setSoon('pausing');
      else if (current === 'queued') setSoon('paused'); // nothing is under way: it only leaves the queue
    },
    resume() {
      if (current === 'pausing') setSoon('running');
      else if (current === 'paused') setSoon('queued');
      wake?.();
    },
    stop() {
      if (isEnding()) return;
      end.abort();
      setSoon('stopping');
      wake?.();
    },
    choose(k) {
      if (!Number.isSafeInteger(k) || k < wish.least || k > wish.most) {
        throw new RangeError(`K must be a whole number from ${wish.least} to ${wish.most}.`);
      }
      wish.k = k;
    },
    selectNow() {
      wish.now = true;
    },
    selected() {
      wish.now = false;
    },
    wishes: {
      k: () => wish.k,
      selectsNow: () => wish.now,
      limit(least, most) {
        wish.least = least;
        wish.most = most;
      },
    },
    start,
    wantsPause: () => current === 'pausing',
    async pauseHere() {
      if (status() !== 'pausing') return;
      await set('paused');
      await effects.leave();
      // Everything is saved already: a run that is to end need not make another step.
      if (!(await start())) throw new TrainingStopped();
    },
  };
}
