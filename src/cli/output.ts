import { withoutEngineFailure } from '../trainer/engines/fallback.ts';
import { UserError } from '../core/errors/userError.ts';

/** Exit codes of `sft`. */
export const EXIT = {
  ok: 0,
  /** The user's to mend: bad input, refused request. */
  problem: 1,
  /** The command line itself cannot be understood. */
  usage: 2,
  /** A bug of ours. */
  internal: 70,
  /** Stopped by Ctrl-C; what there is was kept. */
  interrupted: 130,
  /** Nobody reads what it says any more: as what SIGPIPE ends. */
  unread: 141,
} as const;

/** Writes one JSON value as a line. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** Writes a line to standard output. */
export function print(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** Writes a line that is not the result: progress, notes. */
export function inform(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Says what went wrong, in the form that `--json` asks for, and gives the exit code. */
export function reportError(thrown: unknown, json: boolean): number {
  const error = withoutEngineFailure(thrown);
  if (error instanceof UserError) {
    const { code, problem, place, message } = error;
    if (json) printJson({ error: { code, message, what: problem.what, advice: problem.advice, ...place } });
    else inform(`sft: ${message}`);
    return EXIT.problem;
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  if (json) printJson({ error: { code: 'internal', message } });
  else inform(`sft: This is a bug, please report it.\n${message}`);
  return EXIT.internal;
}
