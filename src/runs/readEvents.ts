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
 * @throws UserError `run-events-broken` (with the line) for any other line that is no event; `file-missing`,
 * `file-unreadable`
 */
export async function* readEvents(file: string): AsyncGenerator<RunEvent, void> {
  let number = 0;
  for await (const { bytes, ended } of readRawLines(file)) {
    number++;
    const read = parseEvent(bytes);
    if (typeof read !== 'string') yield read;
    else if (ended) throw userError('run-events-broken', { reason: read }, { file, line: number });
  }
}

interface RawLine {
  readonly bytes: Buffer;
  /** Whether a line feed follows. */
  readonly ended: boolean;
}

async function* readRawLines(file: string): AsyncGenerator<RawLine, void> {
  let parts: Buffer[] = [];
  let waiting = 0;
  try {
    for await (const chunk of createReadStream(file, {
      highWaterMark: chunkBytes,
    }) as AsyncIterable<Buffer>) {
      let start = 0;
      for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, start)) {
        parts.push(chunk.subarray(start, end));
        yield { bytes: parts.length === 1 ? parts[0] : Buffer.concat(parts), ended: true };
        parts = [];
        waiting = 0;
        start = end + 1;
      }
      parts.push(chunk.subarray(start));
      waiting += chunk.length - start;
      if (waiting > longestLine) {
        yield { bytes: Buffer.alloc(0), ended: true };
        return;
      }
    }
  } catch (error) {
    throw readError(error, file);
  }
  if (waiting > 0) yield { bytes: Buffer.concat(parts), ended: false };
}

/** The event of a line, or why it is none. */
function parseEvent(line: Buffer): RunEvent | string {
  let value: unknown;
  try {
    value = JSON.parse(line.toString('utf8'));
  } catch {
    return 'it is not JSON';
  }
  const { success, data, error } = eventSchema.safeParse(value);
  if (success) return data;
  const [issue] = error.issues;
  return `${issue.path.length === 0 ? 'the line' : issue.path.join('.')}: ${issue.message}`;
}
