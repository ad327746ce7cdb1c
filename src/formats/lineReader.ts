import { closeSync, openSync, readSync } from 'node:fs';
import { userError } from '../core/errors/userError.ts';
import { lineEnds, withoutEnd } from './lineEnds.ts';
import type { LineIndex } from './lineIndex.ts';
import { dataFileError } from './lines.ts';

/** A line of a text, without what ends it. */
export interface ReadLine {
  readonly text: string;
  /** What it takes in the file, its end included. */
  readonly bytes: number;
}

/** Read at a time while a line is looked for. */
const WINDOW = 1 << 16;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads line `number` (from 0) of an indexed text, and nothing of it is kept.
 * @throws UserError `data-file-changed` where it is no longer what was indexed; what `dataFileError` makes
 */
export function readLine(index: LineIndex, number: number): ReadLine {
  const { file } = index;
  let handle: number | undefined;
  try {
    handle = openSync(file, 'r');
    const [from, to] = findLine(handle, index, number);
    const line = readAt(handle, from, to - from, file);
    return { text: decode(withoutEnd(line), file), bytes: line.length };
  } catch (error) {
    throw dataFileError(error, file);
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

/** A line of a text, and where in the file it starts. */
export interface PlacedLine {
  readonly text: string;
  readonly start: number;
}

/**
 * The lines of an indexed text one after the other, from the one that starts at a position; no more than a window and a line
 * are in memory.
 * @throws UserError as `readLine`
 */
export function* linesFrom(index: LineIndex, position: number, window = 1 << 20): Generator<PlacedLine> {
  const { file, bytes } = index;
  const found: number[] = [];
  const ends = lineEnds((end) => found.push(end));
  let start = position;
  let kept = new Uint8Array();
  const line = (end: number, all: Uint8Array, at: number): PlacedLine => ({
    text: decode(withoutEnd(all.subarray(start - at, end - at)), file),
    start,
  });
  for (let read = position; read < bytes;) {
    const part = readFrom(file, read, Math.min(window, bytes - read));
    ends.take(part, read);
    read += part.length;
    if (read === bytes) ends.finish(bytes);
    const at = start;
    const all = kept.length === 0 ? part : Buffer.concat([kept, part]);
    for (const end of found.splice(0)) {
      yield line(end, all, at);
      start = end;
    }
    kept = all.slice(start - at);
  }
  if (start < bytes) yield line(bytes, kept, start);
}

/** Opened for each part, so that nothing stays open where no one asks for the next. */
function readFrom(file: string, position: number, length: number): Uint8Array {
  let handle: number | undefined;
  try {
    handle = openSync(file, 'r');
    return readAt(handle, position, length, file);
  } catch (error) {
    throw dataFileError(error, file);
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

/** From where to where a line reaches, its end included. */
function findLine(handle: number, index: LineIndex, number: number): [number, number] {
  const { starts, stride, bytes, file, lines } = index;
  const block = Math.floor(number / stride);
  const start = starts[block];
  const end = starts[block + 1] ?? bytes;
  const found = { from: start, to: -1 };
  let at = block * stride;
  const ends = lineEnds((position) => {
    if (at === number) found.to = position;
    at++;
    if (at === number) found.from = position;
  });
  for (let position = start; found.to < 0 && position < end;) {
    const part = readAt(handle, position, Math.min(WINDOW, end - position), file);
    ends.take(part, position);
    position += part.length;
    if (position === end) ends.finish(end);
  }
  if (found.to < 0 && number !== lines - 1) throw userError('data-file-changed', undefined, { file });
  return [found.from, found.to < 0 ? bytes : found.to];
}

function readAt(handle: number, position: number, length: number, file: string): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length;) {
    const read = readSync(handle, bytes, done, length - done, position + done);
    if (read === 0) throw userError('data-file-changed', undefined, { file });
    done += read;
  }
  return bytes;
}

function decode(bytes: Uint8Array, file: string): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw userError('data-file-changed', undefined, { file });
  }
}
