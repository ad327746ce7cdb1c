import { createReadStream } from 'node:fs';
import { userError } from '../core/errors/userError.ts';
import { readError } from '../formats/fileErrors.ts';
import type { RunEvent } from '../protocol/events.ts';
import { eventSchema } from './eventSchema.ts';

const lineFeed = 0x0a;
const chunkBytes = 2 ** 18;
/** Far more than an event has; a file without line feeds is not an event log, and is not taken into memory. */
const longestLine = 2 ** 24;

/**
 * The events of a run, in order, however long the file is. A last line that was not written to its end, as after a
 * crash, is left out.
 * @throws UserError as `readEventBatches`
 */
export async function* readEvents(file: string): AsyncGenerator<RunEvent, void> {
  for await (const batch of readEventBatches(file)) yield* batch;
}

/**
 * The same a part of the file at a time: of a long run, what waits for each event takes as long as reading it.
 * @throws UserError `run-events-broken` (with the line), after all that is before it, for a line that is no event and
 * not the last one; `file-missing`, `file-unreadable`
 */
export async function* readEventBatches(file: string): AsyncGenerator<Iterable<RunEvent>, void> {
  const place = { file, line: 0 };
  for await (const { lines, ended } of readLines(file)) yield eventsOf(lines, ended, place);
}

/** Counts its lines in `place`. */
function* eventsOf(
  lines: readonly string[],
  ended: boolean,
  place: { readonly file: string; line: number },
): Generator<RunEvent> {
  for (const line of lines) {
    place.line++;
    const read = parseEvent(line);
    if (typeof read !== 'string') yield read;
    else if (ended) throw userError('run-events-broken', { reason: read }, { ...place });
  }
}

interface Lines {
  readonly lines: readonly string[];
  /** Whether a line feed follows the last of them; it follows each of the others. */
  readonly ended: boolean;
}

/** Whole lines of a part of the file at a time, then what is behind the last line feed. */
async function* readLines(file: string): AsyncGenerator<Lines> {
  let parts: Buffer[] = [];
  let waiting = 0;
  try {
    for await (const chunk of createReadStream(file, {
      highWaterMark: chunkBytes,
    }) as AsyncIterable<Buffer>) {
      const last = chunk.lastIndexOf(lineFeed);
      if (last >= 0) {
        // A line feed is never a part of another character: a part that ends with one is decoded by itself.
        const text = Buffer.concat([...parts, chunk.subarray(0, last)]).toString('utf8');
        yield { lines: text.split('\n'), ended: true };
        parts = [];
        waiting = 0;
      }
      parts.push(chunk.subarray(last + 1));
      waiting += chunk.length - last - 1;
      if (waiting > longestLine) {
        yield { lines: [''], ended: true };
        return;
      }
    }
  } catch (error) {
    throw readError(error, file);
  }
  if (waiting > 0) yield { lines: [Buffer.concat(parts).toString('utf8')], ended: false };
}

/** The event of a line, or why it is none. */
function parseEvent(line: string): RunEvent | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return 'it is not JSON';
  }
  const { success, data, error } = eventSchema.safeParse(value);
  if (success) return data;
  const [issue] = error.issues;
  return `${issue.path.length === 0 ? 'the line' : issue.path.join('.')}: ${issue.message}`;
}
