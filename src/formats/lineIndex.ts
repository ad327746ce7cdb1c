import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { userError } from '../core/errors/userError.ts';
import { lineEnds } from './lineEnds.ts';
import { dataFileError, guessEncoding, LFS_POINTER } from './lines.ts';

/** Where the lines of a large text start, so that any of them can be read without the others. */
export interface LineIndex {
  readonly file: string;
  /** Bytes of the file. */
  readonly bytes: number;
  readonly lines: number;
  /** SHA-256 (hex) of the content. */
  readonly sha256: string;
  /** The position of every `stride`-th line, from the first one on. */
  readonly starts: Float64Array;
  readonly stride: number;
}

export interface IndexOptions {
  /** Bytes of the longest line, its end included. */
  readonly longestLine?: number;
  /** Positions that are kept at most: 2 million of them are 16 MB. Where there are more lines, every second one goes. */
  readonly mostStarts?: number;
  /** Bytes that are read at a time. */
  readonly chunk?: number;
}

/** Lines from one kept position to the next, of a text that is not too large. */
const STRIDE = 16;
/** Bytes of the longest line of a text, its end included. */
export const LONGEST_LINE = 4 << 20;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/**
 * Reads a text once, in parts: finds its lines, checks that it is UTF-8, and takes its fingerprint. Memory does not depend
 * on the text but for the positions, at most `mostStarts`.
 * @throws UserError `data-not-utf8` and `data-line-endless` (with the line), `data-file-empty`, `data-file-lfs`,
 * `data-file-missing`, `data-file-folder`, `data-file-unreadable`
 */
export async function indexLines(file: string, options: IndexOptions = {}): Promise<LineIndex> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file);
    return await readIndex(handle, file, options);
  } catch (error) {
    throw dataFileError(error, file);
  } finally {
    await handle?.close();
  }
}

async function readIndex(handle: FileHandle, file: string, options: IndexOptions): Promise<LineIndex> {
  const { longestLine = LONGEST_LINE, mostStarts = 1 << 21, chunk = 1 << 22 } = options;
  const hash = createHash('sha256');
  const starts = thinnedPositions(mostStarts);
  let lines = 0;
  let lastStart = 0;
  const checkLength = (end: number) => {
    if (end - lastStart <= longestLine) return;
    throw endlessLine(file, lines + 1, longestLine);
  };
  const ends = lineEnds((position) => {
    checkLength(position);
    lines++;
    lastStart = position;
    starts.add(position);
  });
  const { buffer: head } = await handle.read(new Uint8Array(LFS_POINTER.length), { position: 0 });
  if (startsWith(head, Buffer.from(LFS_POINTER))) throw userError('data-file-lfs', undefined, { file });
  if (startsWith(head, BYTE_ORDER_MARK)) lastStart = BYTE_ORDER_MARK.length;
  starts.add(lastStart);
  // A character may begin in one part and end in the next.
  const buffer = new Uint8Array(chunk + 3);
  let bytes = 0;
  for (let kept = 0; ;) {
    const { bytesRead } = await handle.read(buffer, kept, chunk, bytes + kept);
    hash.update(buffer.subarray(kept, kept + bytesRead));
    const all = buffer.subarray(0, kept + bytesRead);
    const part = bytesRead === 0 ? all : all.subarray(0, wholeCharacters(all));
    if (!isUtf8(part)) throw notUtf8(part, lines, file, bytes === 0);
    ends.take(part, bytes);
    bytes += part.length;
    checkLength(bytes);
    if (bytesRead === 0) break;
    kept = all.length - part.length;
    buffer.copyWithin(0, part.length, all.length);
  }
  ends.finish(bytes);
  // Behind a line end at the very end there is no further line.
  if (bytes > lastStart) lines++;
  if (lines === 0) throw userError('data-file-empty', { wanted: 'text' }, { file });
  return { file, bytes, lines, sha256: hash.digest('hex'), ...starts.taken(lines) };
}

/** That a line of a text is no sentence and no document. */
export function endlessLine(file: string, line: number, longest = LONGEST_LINE): Error {
  return userError('data-line-endless', { megabytes: Math.round(longest / 2 ** 20) }, { file, line });
}

/** Every `stride`-th of the positions that are added; the stride grows so that there are never too many. */
function thinnedPositions(most: number) {
  let kept = new Float64Array(Math.min(most, 1024));
  let count = 0;
  let added = 0;
  let stride = STRIDE;
  return {
    add(position: number): void {
      if (added++ % stride !== 0) return;
      if (count === most) {
        count = Math.ceil(count / 2);
        for (let i = 0; i < count; i++) kept[i] = kept[2 * i];
        stride *= 2;
        if ((added - 1) % stride !== 0) return;
      }
      if (count === kept.length) {
        const larger = new Float64Array(Math.min(most, 2 * count));
        larger.set(kept);
        kept = larger;
      }
      kept[count++] = position;
    },
    taken: (lines: number) => ({ starts: kept.slice(0, Math.ceil(lines / stride)), stride }),
  };
}

function startsWith(bytes: Uint8Array, beginning: ArrayLike<number>): boolean {
  return Array.from(beginning).every((byte, i) => bytes[i] === byte);
}

/** How many of the bytes are whole characters: all but the beginning of a last one. */
function wholeCharacters(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back];
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

function notUtf8(part: Uint8Array, linesBefore: number, file: string, first: boolean): Error {
  const guess = first ? guessEncoding(part) : undefined;
  let line = linesBefore;
  let start = 0;
  let broken: number | undefined;
  const check = (end: number) => {
    line++;
    if (broken === undefined && !isUtf8(part.subarray(start, end))) broken = line;
    start = end;
  };
  lineEnds(check).take(part, 0);
  return userError('data-not-utf8', guess === undefined ? {} : { guess }, { file, line: broken ?? line + 1 });
}
