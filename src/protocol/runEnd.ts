/** How a run that is not live stands. */
export type RunOutcome = 'done' | 'stopped' | 'failed' | 'interrupted';

/** Why a run that is not done ended, in words for the user. */
export interface RunCause {
  /** One sentence: what happened. */
  readonly what: string;
  /** The same in two or three words, for lists; where it is missing, the sentence does. */
  readonly short?: string;
  /** One sentence: what to do. */
  readonly advice: string;
  /** The last lines of its log. */
  readonly log: readonly string[];
}

/** A run that no process works on. */
export interface RunEnd {
  readonly outcome: RunOutcome;
  /** null for one that is done. */
  readonly cause: RunCause | null;
  /** Whether Resume can go on from a checkpoint (or, before the first one, from the start). */
  readonly resumable: boolean;
}
