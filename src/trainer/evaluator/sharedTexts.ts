import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { newTextSearch, textKey } from '../../core/textSearch.ts';
import { dataFileError } from '../../formats/lines.ts';
import type { TestTexts } from './evaluationData.ts';

/** How many of a test file's texts stand in others. */
export interface SharedTexts {
  readonly counts: readonly {
    readonly unit: TestTexts['unit'];
    readonly shared: number;
    readonly of: number;
  }[];
  /** Whether some of the texts was so long that its end was not looked at. */
  readonly isCut: boolean;
}

export interface LookOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told what share of the texts has been looked through. */
  readonly progress?: ((share: number) => void) | undefined;
  /** Bytes of each text that are looked through. */
  readonly most?: number | undefined;
}

/** A longer text is looked through so far, in bytes: what stands in the rest of it is not worth minutes. */
export const MOST_READ = 2 ** 28;
/** A line of more letters is looked through in parts. */
const LONGEST_LINE = 2 ** 22;
const CHUNK = 2 ** 20;

/**
 * Counts the texts of a test file that stand in the lines of `files`: sentences, questions and the like as a line or (if they are not
 * too short) within one; of what has several sentences half of its letters must stand there, sentence by sentence. Files are read in
 * parts. @throws UserError of reading; the signal's reason
 */
export async function countShared(
  tests: readonly TestTexts[],
  files: readonly string[],
  { signal, progress, most = MOST_READ }: LookOptions = {},
): Promise<SharedTexts> {
  const parts = tests.map(({ unit, texts }) => texts.map((text) => partsOf(unit, text)));
  const search = newTextSearch(parts.flat(2));
  const sizes = await Promise.all(files.map(sizeOf));
  const all = sizes.reduce((sum, size) => sum + Math.min(size, most), 0);
  let read = 0;
  for (const file of files)
    for await (const lines of linesOf(file, most)) {
      signal?.throwIfAborted();
      for (const line of lines.texts) search.look(line);
      read += lines.bytes;
      progress?.(all === 0 ? 1 : Math.min(1, read / all));
    }
  return {
    counts: tests.map(({ unit }, t) => {
      const known = parts[t].filter((keys) => keys.length > 0);
      return { unit, shared: known.filter((keys) => isFound(keys, search.found)).length, of: known.length };
    }),
    isCut: sizes.some((size) => size > most),
  };
}

/** What of a text is looked for: each of its sentences where it may have several. */
function partsOf(unit: TestTexts['unit'], text: string): string[] {
  const whole = unit === 'sentences' || unit === 'questions';
  const sentences = whole ? [text] : [...sentencesOf.segment(text)].map(({ segment }) => segment);
  return sentences.map(textKey).filter((key) => key !== '');
}

/** By the rules that all languages share; the language of the data is not known here. */
const sentencesOf = new Intl.Segmenter('und', { granularity: 'sentence' });

function isFound(keys: readonly string[], found: ReadonlySet<string>): boolean {
  return 2 * letters(keys.filter((key) => found.has(key))) >= letters(keys);
}

function letters(keys: readonly string[]): number {
  return keys.reduce((sum, { length }) => sum + length, 0);
}

/** The lines of a text, some at a time, and the bytes that they are. */
async function* linesOf(
  file: string,
  most: number,
): AsyncGenerator<{ readonly texts: readonly string[]; readonly bytes: number }> {
  const decoder = new TextDecoder();
  let rest = '';
  try {
    const stream = createReadStream(file, { end: most - 1, highWaterMark: CHUNK });
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      const texts = `${rest}${decoder.decode(chunk, { stream: true })}`.split(/\r\n?|\n/);
      rest = texts.pop() ?? '';
      if (rest.length > LONGEST_LINE) {
        texts.push(rest);
        rest = '';
      }
      yield { texts, bytes: chunk.length };
    }
    yield { texts: [`${rest}${decoder.decode()}`], bytes: 0 };
  } catch (error) {
    throw dataFileError(error, file);
  }
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    throw dataFileError(error, file);
  }
}
