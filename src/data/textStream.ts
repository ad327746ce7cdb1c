import { userError } from '../core/errors/userError.ts';
import { permutation } from '../core/permutation.ts';
import { hash32 } from '../core/random.ts';
import type { Example } from './example.ts';
import { checkBlockSize, type LanguageOptions, unlabelled } from './language.ts';
import type { Tokenizer } from './tokenizer/tokenizer.ts';

/** Lines of text that are read one by one, from wherever they lie. */
export interface LineSource {
  readonly lines: number;
  readonly line: (number: number) => string;
}

/** Where in a stream the next example begins. */
export interface StreamPlace {
  /** How often all lines have been gone through. */
  readonly pass: number;
  /** Place in the pass's order of the line that comes next. */
  readonly line: number;
  /** Pieces of that line that an example has already. */
  readonly skip: number;
}

export const streamStart: StreamPlace = { pass: 0, line: 0, skip: 0 };

export interface StreamedExample {
  readonly example: Example;
  readonly next: StreamPlace;
}

/** Gives the example that begins at a place; the lines' orders depend on `seed`. */
export type StreamReader = (seed: number, place: StreamPlace) => StreamedExample;

/**
 * Examples for masked-language modelling, without labels yet, from lines that are read as they are needed. Each pass
 * goes through all lines in an order of its own. As in `languageExamples`, each line has special pieces around it, and
 * lines are joined and cut into blocks of `blockSize`; here nothing is dropped, for what a block leaves of a line opens
 * the next one, from one pass to the next too. With `whole: 'lines'` each line is an example. Blank lines give none.
 * What is read depends on the arguments alone; the last line is remembered, since the next example often goes on in it.
 * @throws UserError `data-max-length`; `data-file-empty` where a whole pass has no word piece; what `line` throws
 */
export function streamReader(
  { lines, line }: LineSource,
  tokenizer: Tokenizer,
  { blockSize, whole = 'blocks', file }: LanguageOptions,
): StreamReader {
  checkBlockSize(blockSize, tokenizer, file);
  const byLine = whole === 'lines';
  const orderOf = remembered((seed: number, pass: number) => permutation(lines, hash32(seed, pass)));
  const encode = remembered((number: number) =>
    encodeLine(line(number), tokenizer, byLine ? blockSize : Infinity),
  );

  return (seed, place) => {
    const block = new Int32Array(blockSize);
    let { pass, line: at, skip } = place;
    let filled = 0;
    let empty = 0;
    while (filled < blockSize) {
      if (at >= lines) {
        pass++;
        at = 0;
      }
      const ids = encode(orderOf(seed, pass)(at));
      const count = Math.min(blockSize - filled, ids.length - skip);
      block.set(ids.subarray(skip, skip + count), filled);
      filled += count;
      skip += count;
      if (skip === ids.length) {
        at++;
        skip = 0;
      }
      if (byLine && count > 0) break;
      empty = count > 0 ? 0 : empty + 1;
      // The only line with pieces may be the first of a pass and the last of the next.
      if (empty >= 2 * lines) throw userError('data-file-empty', { wanted: 'word piece' }, { file });
    }
    return { example: unlabelled(block.subarray(0, filled)), next: { pass, line: at, skip } };
  };
}

/** The pieces of a line; none of one that is blank or, where each line is an example, has no piece of its own. */
function encodeLine(text: string, tokenizer: Tokenizer, maxLength: number): Int32Array {
  if (text.trim() === '') return new Int32Array();
  const ids = tokenizer.encodeText(text, maxLength);
  return maxLength < Infinity && ids.length <= tokenizer.specialCount ? new Int32Array() : ids;
}

/** A function whose last result is kept. */
function remembered<A extends readonly number[], T>(compute: (...of: A) => T): (...of: A) => T {
  let last: { readonly of: A; readonly result: T } | undefined;
  return (...of) => {
    if (last === undefined || of.some((argument, i) => argument !== last?.of[i]))
      last = { of, result: compute(...of) };
    return last.result;
  };
}
