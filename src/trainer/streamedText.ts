import { hash32 } from '../core/random.ts';
import { permutation } from '../core/permutation.ts';
import type { Example } from '../data/example.ts';
import type { LanguageOptions } from '../data/language.ts';
import { type StreamPlace, streamReader, streamStart } from '../data/textStream.ts';
import { userError } from '../core/errors/userError.ts';
import type { Tokenizer } from '../data/tokenizer/tokenizer.ts';
import type { StreamState } from '../runs/checkpointFolder.ts';
import type { IndexedTexts } from './indexedTexts.ts';
import type { ExampleStream } from './trainingData.ts';

/** What of an indexed text is trained on, and how. */
export interface StreamedText extends LanguageOptions {
  readonly texts: IndexedTexts;
  /** Lines at the beginning that are left out. */
  readonly held: number;
  readonly seed: number;
  readonly tokenizer: Tokenizer;
}

/** Examples of a text that is read while training goes on. */
export interface StreamedExamples {
  /** About how many examples a pass through the text gives. */
  readonly examples: number;
  /** Lines by which that was estimated. */
  readonly sampled: number;
  readonly example: (index: number, phase: number) => Example;
  readonly stream: ExampleStream;
}

/** One line in so many is looked at for the estimate, but neither fewer nor more lines than these. */
const SAMPLE = { share: 0.01, least: 1000, most: 10_000, bytes: 2 << 20 };
/** Streams of random numbers: that of the sample is none of a phase's. */
const SAMPLE_STREAM = 0x5a3;
const ORDER_STREAM = 0x0d3;

/**
 * Examples in an order that depends on seed and phase alone. The length of an epoch is an estimate, which a checkpoint
 * fixes.
 * @throws UserError `data-too-few-pieces`, `data-file-empty`, as `streamReader`
 */
export function streamedExamples(text: StreamedText): StreamedExamples {
  const { texts, held, seed, tokenizer } = text;
  const lines = texts.lines - held;
  const source = { lines, line: (number: number) => texts.line(held + number).text };
  const read = streamReader(source, tokenizer, text);
  const { examples, sampled } = estimateExamples(text, lines);
  let fixed = examples;
  let next: { phase: number; index: number; place: StreamPlace } = { phase: 0, index: 0, place: streamStart };
  const take = (): Example => {
    const { phase, index, place } = next;
    const found = read(hash32(seed, ORDER_STREAM, phase), place);
    next = { phase, index: index + 1, place: found.next };
    return found.example;
  };
  return {
    examples,
    sampled,
    example(index, phase) {
      if (phase !== next.phase || index < next.index) next = { phase, index: 0, place: streamStart };
      while (next.index < index) take();
      return take();
    },
    stream: {
      hashes: texts.hashes,
      state: (): StreamState => ({ examples: fixed, phase: next.phase, index: next.index, ...next.place }),
      goOn({ examples: before, phase, index, pass, line, skip }) {
        fixed = before;
        next = { phase, index, place: { pass, line, skip } };
      },
    },
  };
}

/** How many examples a pass will give, and how long they are, from lines all over the text. */
export interface EstimatedExamples {
  readonly examples: number;
  /** Lines that were looked at. */
  readonly sampled: number;
  /** Pieces of an example. */
  readonly length: number;
}

/**
 * By the pieces a byte, or, where each line is an example, by the share of lines that are one.
 * @throws UserError `data-too-few-pieces`, `data-file-empty`
 */
export function estimateExamples(
  { texts, held, seed, tokenizer, blockSize, whole, file }: StreamedText,
  lines: number,
): EstimatedExamples {
  const order = permutation(lines, hash32(seed, SAMPLE_STREAM));
  const wanted = Math.min(lines, SAMPLE.most, Math.max(SAMPLE.least, Math.ceil(lines * SAMPLE.share)));
  let [sampled, bytes, pieces, filled] = [0, 0, 0, 0];
  for (; sampled < wanted && bytes < SAMPLE.bytes; sampled++) {
    const line = texts.line(held + order(sampled));
    bytes += line.bytes;
    if (line.text.trim() === '') continue;
    const { length } = tokenizer.encodeText(line.text);
    pieces += length;
    if (length > tokenizer.specialCount) filled++;
  }
  if (filled === 0) throw userError('data-file-empty', { wanted: 'word piece' }, { file });
  if (whole === 'lines') {
    const length = Math.min(blockSize, pieces / filled);
    return { examples: Math.max(1, Math.round((lines * filled) / sampled)), sampled, length };
  }
  const inAll = (texts.bytesFrom(held) * pieces) / bytes;
  const examples = Math.floor(inAll / blockSize);
  if (examples === 0)
    throw userError('data-too-few-pieces', { pieces: Math.round(inAll), lines, blockSize }, { file });
  return { examples, sampled, length: blockSize };
}
