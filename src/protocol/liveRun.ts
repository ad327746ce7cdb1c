import type { RunEvent } from './events.ts';
import type { RunView } from './runView.ts';

/** Of what clients and runs say to each other. A client of a later version can still watch and stop an older run. */
export const controlVersion = 1;

/** What a process that trains is doing. */
export type LiveStatus =
  /** Waits until the machine is free. */
  | 'queued'
  /** Reads its data, trains, evaluates. */
  | 'running'
  /** Was asked to pause, and does so after this step. */
  | 'pausing'
  /** Waits to be resumed, with a checkpoint saved, and leaves the machine to the next one. */
  | 'paused'
  /** Was asked to end, and does so after this step. */
  | 'stopping';

/** What changes about a live run beside its events. */
export interface LiveState {
  readonly status: LiveStatus;
  /** Place among those that wait for the machine, from 1; null unless queued. */
  readonly position: number | null;
  /** Bytes that the process holds. */
  readonly memory: number;
  /** Such as `plain Node 24.21.0`, `Electron's Node 22.1.0`. */
  readonly node: string;
  readonly pid: number;
  /** Entries of the mask as they were last asked for; null where nobody has. Runs of earlier versions do not tell it. */
  readonly k?: number | null | undefined;
}

/** Where a live run is, in a few numbers: for lists and the status bar. */
export interface RunProgress extends RunReached {
  readonly live: LiveState;
}

/** How far a run has come. */
export interface RunReached {
  /** The phase under way, such as `full`, `2. sparse`; null before the first. */
  readonly phase: string | null;
  /** Steps of all phases that are done, and that there are. */
  readonly done: number;
  readonly steps: number;
  /** Of the phase under way alone; absent before the first, and from runs of older versions. */
  readonly phaseDone?: number;
  readonly phaseSteps?: number;
  /** null while nothing is known. */
  readonly phaseSecondsLeft: number | null;
  readonly secondsLeft: number | null;
  readonly loss: number | null;
  /** Whether a mask is still to be chosen; absent from runs of older versions. */
  readonly choosesMask?: boolean;
}

/** Requests that a client makes of a run, by method. */
export interface RunRequests {
  /** The version of what the run understands. */
  hello: { params: undefined; result: { readonly version: number } };
  /** What there is; batches of events follow as notifications until the client goes. */
  watch: { params: undefined; result: { view: RunView; live: LiveState } };
  /** Where it stands, and nothing more. */
  state: { params: undefined; result: LiveState };
  /** The same, and how far it has come. */
  progress: { params: undefined; result: RunProgress };
  pause: { params: undefined; result: null };
  resume: { params: undefined; result: null };
  /** Ends after this step, with a checkpoint from which it can be resumed. */
  stop: { params: undefined; result: null };
  /** Another size of the mask, while the full phase trains. */
  choose: { params: { readonly k: number }; result: null };
  /** The full phase ends after this step, and the mask is chosen. */
  selectNow: { params: undefined; result: null };
  /** Ends after this step, and keeps nothing but what was there: whoever asks removes the folder. */
  cancel: { params: undefined; result: null };
}

/** What a run tells its watchers, at most ten times a second. */
export interface RunUpdate {
  /** How many events came before these: a client with another count asks for the view anew. */
  readonly from: number;
  readonly events: readonly RunEvent[];
  readonly live: LiveState;
}

/** Name of the notification that carries a RunUpdate. */
export const updateMethod = 'update';
