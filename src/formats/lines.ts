import { constants, isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';

import { UserError, userError } from '../core/errors/userError.ts';

/** Decoded at a time: a string may not exceed half a gigabyte, a corpus may. */
const CHUNK = 1 << 24;
const LINE_FEED = 0x0a;
/** With what the placeholder of a file in Git LFS begins. */
export const LFS_POINTER = 'version https://git-lfs.github.com/spec/';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The lines of a UTF-8 file, without their ends (LF, CRLF or CR) and without a byte order mark. Line `i` of the result
 * is line `i + 1` of the file. A line end at the very end of the file starts no further line.
 * @throws UserError `data-file-empty`, `data-not-utf8` (with the line), `data-file-lfs`, `data-file-unreadable`
 */
export function readLines(bytes: Uint8Array, file: string): string[] {
  const lines: string[] = [];
  for (let start = 0; start < bytes.length;) {
    const end = endOfChunk(bytes, start);
    appendLines(lines, decodeChunk(bytes.subarray(start, end), lines.length, file));
    start = end;
  }
  if (lines[0]?.startsWith('\uFEFF')) lines[0] = lines[0].slice(1);
  if (lines.length === 0 || (lines.length === 1 && lines[0] === '')) {
    throw userError('data-file-empty', { wanted: 'text' }, { file });
  }
  if (lines[0]?.startsWith(LFS_POINTER)) throw userError('data-file-lfs', undefined, { file });
  return lines;
}

/**
 * The bytes of a file that the user named.
 * @throws UserError `data-file-missing`, `data-file-folder`, `data-file-unreadable`
 */
export async function loadBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw dataFileError(error, file);
  }
}

/** Why a file that the user named cannot be read; a UserError is handed back as it is. */
export function dataFileError(error: unknown, file: string): UserError {
  if (error instanceof UserError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') return userError('data-file-missing', undefined, { file });
  if (code === 'EISDIR') return userError('data-file-folder', undefined, { file });
  return userError('data-file-unreadable', { reason: code ?? message }, { file });
}

/**
 * The lines of a UTF-8 file on disk.
 * @throws UserError as `loadBytes` and `readLines` do
 */
export async function loadLines(file: string): Promise<string[]> {
  return readLines(await loadBytes(file), file);
}

/** Where the chunk that starts at `start` ends: behind the first line feed after CHUNK bytes. */
function endOfChunk(bytes: Uint8Array, start: number): number {
  if (start + CHUNK >= bytes.length) return bytes.length;
  const feed = bytes.indexOf(LINE_FEED, start + CHUNK);
  return feed === -1 ? bytes.length : feed + 1;
}

function appendLines(lines: string[], text: string): void {
  const found = text.split(/\r\n?|\n/);
  if (found.at(-1) === '') found.pop();
  for (const line of found) lines.push(line);
}

function decodeChunk(chunk: Uint8Array, linesBefore: number, file: string): string {
  if (chunk.length > constants.MAX_STRING_LENGTH) {
    throw userError(
      'data-file-unreadable',
      { reason: 'a line is too long' },
      { file, line: linesBefore + 1 },
    );
  }
  if (isUtf8(chunk)) return decoder.decode(chunk);
  const guess = guessEncoding(chunk);
  const line = linesBefore + firstBrokenLine(chunk);
  throw userError('data-not-utf8', guess === undefined ? {} : { guess }, { file, line });
}

/** The number, from 1, of the first line of `chunk` that is not UTF-8. */
function firstBrokenLine(chunk: Uint8Array): number {
  const before: string[] = [];
  for (let start = 0; ;) {
    const feed = chunk.indexOf(LINE_FEED, start);
    const line = chunk.subarray(start, feed === -1 ? chunk.length : feed + 1);
    if (!isUtf8(line)) return before.length + 1;
    appendLines(before, decoder.decode(line));
    start += line.length;
  }
}

/** Which encoding a file that is not UTF-8 has by its first bytes. */
export function guessEncoding(chunk: Uint8Array): string | undefined {
  const [first, second] = chunk;
  const utf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  return utf16 ? 'UTF-16' : undefined;
}
