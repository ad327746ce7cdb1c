import { stat } from 'node:fs/promises';
import { type LineIndex, indexLines } from '../formats/lineIndex.ts';
import { readLine, type ReadLine } from '../formats/lineReader.ts';

/** Bytes of the texts of a recipe up to which they are read whole; larger ones are indexed, and read as they are needed. */
export const READ_WHOLE = 64 << 20;

/** Large texts one after the other, of which any line can be read. */
export interface IndexedTexts {
  readonly lines: number;
  readonly bytes: number;
  /** SHA-256 of each file. */
  readonly hashes: ReadonlyMap<string, string>;
  /** Line `number` (from 0) of all. @throws UserError as `readLine` */
  line(number: number): ReadLine;
  /** Bytes from about that line to the end. */
  bytesFrom(number: number): number;
}

/** Bytes of files together; one that cannot be read counts nothing, since its reader will say what is wrong. */
export async function sizeOfFiles(files: readonly string[]): Promise<number> {
  const sizes = await Promise.all(
    files.map((file) =>
      stat(file)
        .then(({ size }) => size)
        .catch(() => 0),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Indexes texts, one after the other. @throws UserError as `indexLines` */
export async function indexTexts(files: readonly string[]): Promise<IndexedTexts> {
  const indices: LineIndex[] = [];
  for (const file of files) indices.push(await indexLines(file));
  return indexedTexts(indices);
}

/** Texts that have been indexed, one after the other. */
export function indexedTexts(indices: readonly LineIndex[]): IndexedTexts {
  const find = (number: number) => {
    let first = 0;
    for (const [i, index] of indices.entries()) {
      if (number < first + index.lines) return { i, index, line: number - first };
      first += index.lines;
    }
    throw new RangeError(`line ${number} of ${first}`);
  };
  const sum = (of: (index: LineIndex) => number, from = 0) =>
    indices.slice(from).reduce((total, index) => total + of(index), 0);
  return {
    lines: sum(({ lines }) => lines),
    bytes: sum(({ bytes }) => bytes),
    hashes: new Map(indices.map(({ file, sha256 }) => [file, sha256])),
    line(number) {
      const { index, line } = find(number);
      return readLine(index, line);
    },
    bytesFrom(number) {
      const { i, index, line } = find(number);
      return sum(({ bytes }) => bytes, i) - index.starts[Math.floor(line / index.stride)];
    },
  };
}

/** The first lines of texts, as many as there are up to `count`, of about `bytes` in all. */
export function firstLines(texts: IndexedTexts, count: number, bytes: number): string[] {
  const found: string[] = [];
  for (let i = 0, taken = 0; i < count && taken < bytes; i++) {
    const { text, bytes: length } = texts.line(i);
    taken += length;
    found.push(text);
  }
  return found;
}
