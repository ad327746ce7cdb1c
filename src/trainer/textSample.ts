import { type FileHandle, open } from 'node:fs/promises';
import { UserError, userError } from '../core/errors/userError.ts';
import { readError } from '../formats/fileErrors.ts';
import { LONGEST_LINE } from '../formats/lineIndex.ts';
import { loadBytes, readLines } from '../formats/lines.ts';
import { parseRawText } from '../formats/rawText.ts';
import { READ_WHOLE } from './indexedTexts.ts';

/** Lines of a text without the blank ones, or, of a large one, of some parts of it. */
export interface SampledText {
  readonly lines: readonly string[];
  /** Bytes that were read, and of the whole file. */
  readonly bytes: number;
  readonly ofBytes: number;
}

export interface SampleOptions {
  /** Bytes of the largest file that is read whole. */
  readonly whole?: number;
  /** Bytes of the largest file that is read whole where parts of it hold no line; of a larger one its beginning has to. */
  readonly atMost?: number;
  /** How many parts of a larger one are read, evenly spread, and how long they are. */
  readonly parts?: number;
  readonly partBytes?: number;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * The lines of a raw text: all of a small one, whole lines of evenly spread parts of a large one.
 * @throws UserError as the reader of raw text; `data-not-utf8` without a line where only parts are read;
 * `data-line-endless` of a text that cannot be read whole
 */
export async function sampleText(file: string, options: SampleOptions = {}): Promise<SampledText> {
  const { whole = 16 << 20, atMost = READ_WHOLE, parts = 16, partBytes = 1 << 19 } = options;
  let handle: FileHandle;
  try {
    handle = await open(file);
  } catch {
    return wholeText(file); // which says what is wrong
  }
  try {
    const info = await handle.stat();
    if (!info.isFile() || info.size <= Math.max(whole, parts * partBytes)) return await wholeText(file);
    const lines: string[] = [];
    let bytes = 0;
    for (let part = 0; part < parts; part++) {
      const at = Math.round(((info.size - partBytes) * part) / (parts - 1));
      const found = wholeLines(await readPart(handle, at, partBytes), at === 0);
      bytes += found.length;
      if (found.length > 0) for (const line of linesOf(found, file)) lines.push(line);
    }
    // Lines as long as parts.
    if (lines.length === 0)
      return info.size <= atMost ? await wholeText(file) : await beginning(handle, file, info.size);
    return { lines, bytes, ofBytes: info.size };
  } catch (error) {
    throw readError(error, file);
  } finally {
    await handle.close();
  }
}

async function wholeText(file: string): Promise<SampledText> {
  const bytes = await loadBytes(file);
  const lines = parseRawText(bytes, file).map(({ text }) => text);
  return { lines, bytes: bytes.length, ofBytes: bytes.length };
}

/** The lines with which a text of long lines begins. */
async function beginning(handle: FileHandle, file: string, ofBytes: number): Promise<SampledText> {
  const found = wholeLines(await readPart(handle, 0, LONGEST_LINE), true);
  const lines = found.length === 0 ? [] : linesOf(found, file);
  if (lines.length > 0) return { lines, bytes: found.length, ofBytes };
  throw userError('data-line-endless', { megabytes: LONGEST_LINE / 2 ** 20 }, { file, line: 1 });
}

async function readPart(handle: FileHandle, at: number, length: number): Promise<Uint8Array> {
  const buffer = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(buffer, done, length - done, at + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return buffer.subarray(0, done);
}

/** A part less the line in which it begins and the one in which it ends. */
function wholeLines(part: Uint8Array, atStart: boolean): Uint8Array {
  let begin = atStart ? 0 : part.findIndex(endsLine) + 1;
  if (begin === 0 && !atStart) return part.subarray(0, 0);
  // Of CRLF, the CR alone was found.
  if (begin > 0 && part[begin - 1] === CARRIAGE_RETURN && part[begin] === LINE_FEED) begin++;
  return part.subarray(begin, Math.max(begin, part.findLastIndex(endsLine) + 1));
}

function endsLine(byte: number): boolean {
  return byte === LINE_FEED || byte === CARRIAGE_RETURN;
}

function linesOf(bytes: Uint8Array, file: string): string[] {
  try {
    return readLines(bytes, file).filter((text) => text.trim() !== '');
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    // A part that is all blank; or a line number that counts from the part's beginning.
    if (error.code === 'data-file-empty') return [];
    if (error.code === 'data-not-utf8') throw userError('data-not-utf8', {}, { file });
    throw error;
  }
}
