import { userError } from '../core/errors/userError.ts';
import { type Example, NO_LABEL } from './example.ts';
import type { Tokenizer } from './tokenizer/tokenizer.ts';

/** Lines whose pieces are joined before they are cut into blocks; the reference's (`datasets.map`'s) batch size. */
const LINES_JOINED = 1000;

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
  if (blockSize <= tokenizer.specialCount) {
    throw userError('data-max-length', { length: blockSize, least: tokenizer.specialCount + 1 }, { file });
  }
  if (whole === 'lines') {
    const encoded = lines.map((line) => tokenizer.encodeText(line, blockSize));
    const filled = encoded.filter((ids) => ids.length > tokenizer.specialCount);
    if (filled.length > 0) return filled.map(unlabelled);
    throw userError('data-file-empty', { wanted: 'word piece' }, { file });
  }
  const examples: Example[] = [];
  let pieces = 0;
  for (let start = 0; start < lines.length; start += LINES_JOINED) {
    const encoded = lines.slice(start, start + LINES_JOINED).map((line) => tokenizer.encodeText(line));
    const joined = join(encoded);
    pieces += joined.length;
    for (let at = 0; at + blockSize <= joined.length; at += blockSize) {
      examples.push(unlabelled(joined.slice(at, at + blockSize)));
    }
  }
  if (examples.length > 0) return examples;
  throw userError('data-too-few-pieces', { pieces, lines: lines.length, blockSize }, { file });
}

function join(parts: readonly Int32Array[]): Int32Array {
  const joined = new Int32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

function unlabelled(ids: Int32Array): Example {
  return { ids, labels: new Int32Array(ids.length).fill(NO_LABEL) };
}
