import { userError } from '../core/errors/userError.ts';
import { type Example, NO_LABEL } from './example.ts';
import type { Tokenizer } from './tokenizer/tokenizer.ts';

/** Lines whose pieces are joined before they are cut into blocks; the reference's (`datasets.map`'s) batch size. */
export const LINES_JOINED = 1000;

export interface LanguageOptions {
  /** Word pieces of an example, special ones included. */
  readonly blockSize: number;
  /** `blocks` (default): lines are joined and cut into full blocks; `lines`: each line is an example. */
  readonly whole?: 'blocks' | 'lines';
  /** Named in errors. */
  readonly file: string;
}

/**
 * Raw text as examples for masked-language modelling, without labels yet: masking gives them. As in the reference,
 * each line is tokenized with special pieces around it, the lines are joined a thousand at a time and cut into blocks
 * of `blockSize`, and what is left of a thousand lines is dropped. With `whole: 'lines'` each line is an example,
 * cut off at `blockSize` pieces; lines without a piece are left out.
 * @throws UserError `data-too-few-pieces` where the text does not fill one block; `data-file-empty`, `data-max-length`
 */
export function languageExamples(
  lines: readonly string[],
  tokenizer: Tokenizer,
  { blockSize, whole = 'blocks', file }: LanguageOptions,
): Example[] {
  checkBlockSize(blockSize, tokenizer, file);
  const examples = Array.from(piecesOf(lines, tokenizer, { blockSize, whole }), unlabelled);
  if (examples.length > 0) return examples;
  if (whole === 'lines') throw userError('data-file-empty', { wanted: 'word piece' }, { file });
  const pieces = lines.reduce((sum, line) => sum + tokenizer.encodeText(line).length, 0);
  throw userError('data-too-few-pieces', { pieces, lines: lines.length, blockSize }, { file });
}

/** The pieces of each of those examples. A line is asked for when all examples are given that end before it. */
export function* piecesOf(
  lines: Iterable<string>,
  tokenizer: Tokenizer,
  { blockSize, whole = 'blocks' }: Pick<LanguageOptions, 'blockSize' | 'whole'>,
): Generator<Int32Array> {
  let count = 0;
  let rest = new Int32Array();
  for (const line of lines) {
    if (whole === 'lines') {
      const ids = tokenizer.encodeText(line, blockSize);
      if (ids.length > tokenizer.specialCount) yield ids;
      continue;
    }
    if (count++ % LINES_JOINED === 0) rest = new Int32Array();
    const joined = join(rest, tokenizer.encodeText(line));
    let at = 0;
    for (; at + blockSize <= joined.length; at += blockSize) yield joined.slice(at, at + blockSize);
    rest = joined.slice(at);
  }
}

/** @throws UserError `data-max-length` where blocks have no room for text */
export function checkBlockSize(
  blockSize: number,
  { specialCount }: Pick<Tokenizer, 'specialCount'>,
  file: string,
): void {
  if (blockSize > specialCount) return;
  throw userError('data-max-length', { length: blockSize, least: specialCount + 1 }, { file });
}

function join(first: Int32Array, second: Int32Array): Int32Array {
  const joined = new Int32Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}

/** Pieces of which none has a label. */
export function unlabelled(ids: Int32Array): Example {
  return { ids, labels: new Int32Array(ids.length).fill(NO_LABEL) };
}
