import { setImmediate as breathe } from 'node:timers/promises';
import type { Tokenizer } from '../data/tokenizer/tokenizer.ts';
import type { TextFacts } from '../protocol/estimate.ts';
import { countPieces, newPieceCounts, ratio } from './pieceCounts.ts';
import type { FactsAndLengths } from './recipeCounts.ts';
import type { SampledText } from './textSample.ts';

export interface TextOptions {
  readonly file: string;
  readonly role: 'text' | 'validation';
  readonly tokenizer: Tokenizer;
  /** Whether each line is an example; otherwise lines are joined and cut into blocks of `maxLength`. */
  readonly byLine: boolean;
  readonly maxLength: number;
  /** Called now and then with the share of the lines that is done. */
  readonly progress?: ((share: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Lines that are joined before they are cut into blocks, as `languageExamples` does. */
const LINES_JOINED = 1000;

/** Facts of a raw text, extrapolated from a sample; `factor` is how much larger the file is than it. */
export interface TextFactsAndLengths extends FactsAndLengths<TextFacts> {
  /** Pieces of each line, special ones included, of the sample. */
  readonly lineLengths: readonly number[];
  readonly factor: number;
}

/**
 * What a raw text is under a tokenizer.
 * @throws the signal's reason
 */
export async function textFacts(text: SampledText, options: TextOptions): Promise<TextFactsAndLengths> {
  const { file, role, tokenizer, byLine, maxLength, progress, signal } = options;
  const counts = newPieceCounts();
  const lineLengths: number[] = [];
  let words = 0;
  for (const [i, line] of text.lines.entries()) {
    const ids = tokenizer.encodeText(line);
    countPieces(counts, ids, tokenizer);
    lineLengths.push(ids.length);
    words += line.trim().split(/\s+/).length;
    if ((i + 1) % LINES_JOINED === 0) {
      progress?.((i + 1) / text.lines.length);
      await breathe();
      signal?.throwIfAborted();
    }
  }
  const factor = text.ofBytes / text.bytes;
  const scaled = (value: number) => Math.round(value * factor);
  const lengths = exampleLengths(lineLengths, byLine, maxLength, tokenizer.specialCount);
  return {
    facts: {
      type: 'text',
      file,
      role,
      lines: scaled(text.lines.length),
      words: scaled(words),
      pieces: scaled(counts.pieces),
      piecesPerWord: ratio(counts.pieces, words),
      unknownPieces: scaled(counts.unknown),
      unknownShare: ratio(counts.unknown, counts.pieces),
      longest: counts.longest,
      cut: byLine ? scaled(lineLengths.filter((length) => length > maxLength).length) : 0,
      maxLength,
      examples: scaled(lengths.length),
      sampled:
        text.bytes === text.ofBytes
          ? null
          : { lines: text.lines.length, bytes: text.bytes, ofBytes: text.ofBytes },
    },
    lengths,
    distinct: counts.distinct,
    lineLengths,
    factor,
  };
}

/** Lengths of the examples that lines of these lengths become, as `languageExamples` makes them. */
export function exampleLengths(
  lineLengths: readonly number[],
  byLine: boolean,
  maxLength: number,
  specialCount: number,
): number[] {
  if (byLine)
    return lineLengths.filter((length) => length > specialCount).map((length) => Math.min(length, maxLength));
  let blocks = 0;
  for (let start = 0; start < lineLengths.length; start += LINES_JOINED) {
    const joined = lineLengths.slice(start, start + LINES_JOINED).reduce((sum, length) => sum + length, 0);
    blocks += Math.floor(joined / maxLength);
  }
  return Array.from({ length: blocks }, () => maxLength);
}
