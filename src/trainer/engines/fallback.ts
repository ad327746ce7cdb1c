import { userError, type UserError } from '../../core/errors/userError.ts';
import { EngineFailure } from '../../engine/engineFailure.ts';

/** How a run goes on from its checkpoint after its engine failed. */
export interface Attempt {
  readonly engine: string;
  /** Word pieces in one run; the usual number unless given. */
  readonly microTokens?: number;
  /** What is told of all failures so far. */
  readonly notes: readonly string[];
}

/** Thrown by a run whose engine failed: its checkpoint is as it was. */
export class RunInterrupted extends Error {
  readonly failure: EngineFailure;
  readonly microTokens: number;

  constructor(failure: EngineFailure, microTokens: number) {
    super(failure.message, { cause: failure });
    this.failure = failure;
    this.microTokens = microTokens;
  }
}

/** A run of fewer word pieces would take an age. */
const LEAST_TOKENS = 64;
/** Tries with less at a time on the processor, where there is nothing else to fall back to. */
const MOST_NOTES = 3;

/**
 * What to try next: the same engine with half as much at a time, then the processor; undefined where nothing is left.
 */
export function nextAttempt(
  { failure: { engine, kind, message }, microTokens }: RunInterrupted,
  before: Attempt | undefined,
): Attempt | undefined {
  const notes = before?.notes ?? [];
  const half = Math.floor(microTokens / 2);
  // wasm computes on the processor, too, mostly where nothing else can.
  const isLast = engine === 'cpu' || engine === 'wasm';
  const mayHalve = half >= LEAST_TOKENS && (isLast ? notes.length < MOST_NOTES : before === undefined);
  if (!mayHalve && isLast) return undefined;
  const what =
    kind === 'memory' ? `The engine ${engine} ran out of memory` : `The engine ${engine} lost its device`;
  const how = mayHalve ? `with ${half} word pieces at a time instead of ${microTokens}` : 'on the processor';
  const text = `${what} (${message}). The run goes on from its last checkpoint ${how}; its result is not bit for bit that of an undisturbed run.`;
  return mayHalve
    ? { engine, microTokens: half, notes: [...notes, text] }
    : { engine: 'cpu', notes: [...notes, text] };
}

/** An error as users are told of it: failures of engines in a sentence, others as they are. */
export function withoutEngineFailure(error: unknown, ofRun = false): unknown {
  return error instanceof EngineFailure ? engineFailed(error, ofRun) : error;
}

/** What the user is told of an engine that failed: at work on a run for which nothing is left to try, or elsewhere. */
export function engineFailed({ engine, kind, message }: EngineFailure, ofRun = false): UserError {
  const onProcessor = engine === 'cpu' || engine === 'wasm';
  return userError('engine-failed', {
    name: engine,
    reason: message,
    isMemory: kind === 'memory',
    onProcessor,
    ofRun,
  });
}
