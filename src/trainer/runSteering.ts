import type { LiveStatus } from '../protocol/liveRun.ts';
import { TrainingStopped } from '../training/phase.ts';

/** What others may ask of a run, and what the run makes of it between two steps. */
export interface RunSteering {
  readonly status: () => LiveStatus;
  /** Aborts when the run is to end. */
  readonly signal: AbortSignal;
  /** Whether it was asked to end without being kept. */
  readonly cancelled: () => boolean;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly stop: () => void;
  readonly cancel: () => void;
  /** Whether a checkpoint is wanted now, so that the run can pause behind it. */
  readonly wantsPause: () => boolean;
  /**
   * To be called where everything is saved: waits while the run is to pause.
   * @throws TrainingStopped if it is to end instead of going on
   */
  readonly pauseHere: () => Promise<void>;
}

export interface SteeringEffects {
  /** Told of every change of the status, before anything follows from it. */
  readonly changed: (status: LiveStatus) => Promise<void>;
  /** Gives the machine to others, and waits for it again. */
  readonly leave: () => Promise<void>;
  readonly enter: () => Promise<void>;
}

/** A run that waits for its turn; `started` is to be called when it has it. */
export function newSteering(effects: SteeringEffects): RunSteering & { started(): Promise<void> } {
  const end = new AbortController();
  let status: LiveStatus = 'queued';
  let cancelled = false;
  let goOn: (() => void) | undefined;
  const set = async (next: LiveStatus): Promise<void> => {
    if (next === status) return;
    status = next;
    await effects.changed(next);
  };
  /** The requests answer before the entry is written; a write that fails must not end the run. */
  const setSoon = (next: LiveStatus): void => void set(next).catch(() => undefined);
  const stop = (): void => {
    if (end.signal.aborted) return;
    setSoon('stopping');
    end.abort();
    goOn?.();
  };
  return {
    status: () => status,
    signal: end.signal,
    cancelled: () => cancelled,
    pause() {
      if (status === 'running') setSoon('pausing');
      else if (status === 'queued') setSoon('paused'); // nothing is begun: it only leaves the queue
    },
    resume() {
      if (status === 'pausing') setSoon('running');
      else if (goOn !== undefined) goOn();
      else if (status === 'paused') setSoon('queued');
    },
    stop,
    cancel() {
      cancelled = true;
      stop();
    },
    wantsPause: () => status === 'pausing',
    started: () => (end.signal.aborted ? Promise.resolve() : set('running')),
    async pauseHere() {
      if (status !== 'pausing') return;
      await set('paused');
      await effects.leave();
      await new Promise<void>((resolve) => {
        goOn = resolve;
        if (end.signal.aborted) resolve();
      });
      goOn = undefined;
      if (!end.signal.aborted) {
        await set('queued');
        await effects.enter();
      }
      // Everything is saved already: a run that is to end need not make another step.
      if (end.signal.aborted) throw new TrainingStopped();
      await set('running');
    },
  };
}
