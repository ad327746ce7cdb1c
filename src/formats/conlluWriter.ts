import type { ConlluSentence } from './conllu.ts';

/** New values of columns of a word, `_` where one is null; the others stay as they are. */
export interface WordValues {
  readonly upos?: string | null;
  readonly xpos?: string | null;
  readonly feats?: string | null;
  readonly head?: number;
  readonly deprel?: string | null;
}

const COLUMN: Readonly<Record<keyof WordValues, number>> = { upos: 3, xpos: 4, feats: 5, head: 6, deprel: 7 };
const NAMES = Object.keys(COLUMN) as (keyof WordValues)[];

const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

const encoder = new TextEncoder();

/**
 * A CoNLL-U file with other values in some columns of its words. All else is kept byte for byte: comments, multi-word
 * tokens, empty nodes, other columns, ends of lines.
 * @param bytes the file, as `parseConllu` has read it
 * @param sentences what it read
 * @param values of each word of each sentence; undefined for a word that stays as it is
 * @throws RangeError where there are more or fewer values than words, or one that does not fit into a column
 */
export function writeConllu(
  bytes: Uint8Array,
  sentences: readonly ConlluSentence[],
  values: readonly (readonly (WordValues | undefined)[])[],
): Uint8Array {
  const changes = changesByLine(sentences, values);
  const parts: Uint8Array[] = [];
  let line = 1;
  let kept = 0;
  for (let start = 0; start < bytes.length; line++) {
    const { end, next } = endOfLine(bytes, start);
    const change = changes.get(line);
    if (change !== undefined) {
      parts.push(bytes.subarray(kept, start), ...changedLine(bytes.subarray(start, end), change));
      kept = end;
    }
    start = next;
  }
  parts.push(bytes.subarray(kept));
  return Buffer.concat(parts);
}

function changesByLine(
  sentences: readonly ConlluSentence[],
  values: readonly (readonly (WordValues | undefined)[])[],
): Map<number, WordValues> {
  if (values.length !== sentences.length) {
    throw new RangeError(`values of ${values.length} sentences for ${sentences.length}`);
  }
  const changes = new Map<number, WordValues>();
  for (const [i, { words }] of sentences.entries()) {
    if (values[i].length !== words.length) {
      throw new RangeError(`${values[i].length} values for the ${words.length} words of sentence ${i}`);
    }
    for (const [j, { line }] of words.entries()) {
      const change = values[i][j];
      if (change !== undefined) changes.set(line, change);
    }
  }
  return changes;
}

/** Where the line that starts at `start` ends, and where the next one starts. */
function endOfLine(bytes: Uint8Array, start: number): { end: number; next: number } {
  let end = start;
  while (end < bytes.length && bytes[end] !== LINE_FEED && bytes[end] !== CARRIAGE_RETURN) end++;
  const both = bytes[end] === CARRIAGE_RETURN && bytes[end + 1] === LINE_FEED;
  return { end, next: end + (both ? 2 : 1) };
}

/** The parts of a line with new values between its tabs. */
function changedLine(line: Uint8Array, change: WordValues): Uint8Array[] {
  const tabs: number[] = [];
  for (const [at, byte] of line.entries()) if (byte === TAB) tabs.push(at);
  const parts: Uint8Array[] = [];
  let kept = 0;
  for (const name of NAMES) {
    const value = change[name];
    if (value === undefined) continue;
    parts.push(line.subarray(kept, tabs[COLUMN[name] - 1] + 1), encoder.encode(checked(value ?? '_')));
    kept = tabs[COLUMN[name]];
  }
  parts.push(line.subarray(kept));
  return parts;
}

function checked(value: string | number): string {
  const text = String(value);
  if (text !== '' && !/[\t\n\r]/.test(text)) return text;
  throw new RangeError(`${JSON.stringify(text)} does not fit into a column`);
}
