import { setImmediate as nextTurn } from 'node:timers/promises';
import { userError } from '../../core/errors/userError.ts';
import {
  checkBlockSize,
  type LanguageOptions,
  LINES_JOINED,
  piecesOf,
  unlabelled,
} from '../../data/language.ts';
import { EVALUATION_MASKS, maskTokens } from '../../data/masking.ts';
import type { Example } from '../../data/example.ts';
import type { Tokenizer } from '../../data/tokenizer/tokenizer.ts';
import { type LineIndex, indexLines } from '../../formats/lineIndex.ts';
import { linesFrom, type PlacedLine } from '../../formats/lineReader.ts';
import type { Head } from '../../model/heads/head.ts';
import { scoreLosses } from '../../training/evaluation.ts';
import { predictLosses } from '../../training/predictions.ts';
import { indexedTexts } from '../indexedTexts.ts';
import { estimateExamples } from '../streamedText.ts';
import type { EvaluationData } from './evaluationData.ts';
import { newExamplesHash } from './predictionKey.ts';

/** A large text before it is gone through. */
export interface LargeText {
  readonly bytes: number;
  /** About how many examples it will give, and the pieces of one. */
  readonly examples: number;
  readonly length: number;
  readonly head: Head;
  readonly outputs: number;
  /** Share of the pieces that are predicted. */
  readonly probability: number;
}

/** Who is told of large texts, which take their time. */
export interface LargeTextOptions {
  /** Called before one is gone through; it may throw, and then it is not. */
  readonly before?: ((text: LargeText) => Promise<void>) | undefined;
  /** The share of the text that has been gone through, before anything is predicted. */
  readonly reading?: ((share: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface LargeTextSettings extends LanguageOptions {
  readonly tokenizer: Tokenizer;
  readonly probability: number;
  readonly head: Head;
  readonly outputs: number;
}

/** Examples that are in memory at a time. */
const AT_A_TIME = 1024;
/** How long the thread is kept, in milliseconds. */
const TURN = 30;

/**
 * A text as a language model is evaluated on it, that is not kept in memory: it is gone through once to know how many examples it
 * gives and where they begin, and read again as they are predicted. They are those of `languageExamples`.
 * @throws UserError of reading; `data-too-few-pieces`, `data-file-empty`; what `before` throws; the signal's reason
 */
export async function largeTextData(
  settings: LargeTextSettings,
  { before, reading, signal }: LargeTextOptions,
): Promise<EvaluationData> {
  const { file, tokenizer, blockSize, probability, head, outputs } = settings;
  checkBlockSize(blockSize, tokenizer, file);
  const index = await indexLines(file);
  const texts = indexedTexts([index]);
  const { examples, length } = estimateExamples({ ...settings, texts, held: 0, seed: 0 }, index.lines);
  await before?.({ bytes: index.bytes, examples, length, head, outputs, probability });
  const places = await findExamples(index, settings, async (share) => {
    reading?.(share);
    await nextTurn();
    signal?.throwIfAborted();
  });
  const take = exampleReader(index, places, settings);
  return {
    head,
    outputs,
    examples: places.examples,
    inputs: [],
    streamed: { hash: places.hash, atATime: AT_A_TIME },
    notes: [],
    predict(predictor, weights, chosen, between) {
      const taken = chosen.map(take);
      return predictLosses(predictor, weights, taken, [...taken.keys()], between);
    },
    score: (_, predictions) => scoreLosses(predictions),
  };
}

/** Where the examples of a text are: of each thousand lines that are joined, where they start and their first example. */
interface ExamplePlaces {
  readonly examples: number;
  readonly starts: readonly number[];
  readonly first: readonly number[];
  readonly hash: string;
}

async function findExamples(
  index: LineIndex,
  settings: LargeTextSettings,
  turn: (share: number) => Promise<void>,
): Promise<ExamplePlaces> {
  const starts: number[] = [];
  const first: number[] = [];
  const hash = newExamplesHash();
  let [examples, lines, at] = [0, 0, 0];
  const watched = function* (): Generator<string> {
    for (const { text, start } of fullLines(index, index.starts[0])) {
      if (lines++ % LINES_JOINED === 0) {
        starts.push(start);
        first.push(examples);
      }
      at = start;
      yield text;
    }
  };
  let last = performance.now();
  for (const ids of piecesOf(watched(), settings.tokenizer, settings)) {
    hash.add(masked(ids, examples++, settings));
    if (performance.now() - last < TURN) continue;
    await turn(at / index.bytes);
    last = performance.now();
  }
  const { file, blockSize, whole } = settings;
  if (examples > 0) return { examples, starts, first, hash: hash.digest() };
  if (lines === 0 || whole === 'lines')
    throw userError('data-file-empty', { wanted: lines === 0 ? 'text' : 'word piece' }, { file });
  let pieces = 0;
  for (const { text } of fullLines(index, index.starts[0]))
    pieces += settings.tokenizer.encodeText(text).length;
  throw userError('data-too-few-pieces', { pieces, lines, blockSize }, { file });
}

/** Gives examples by their numbers. Quick for ascending ones: it goes on where it was, or where their thousand lines start. */
function exampleReader(
  index: LineIndex,
  { starts, first }: ExamplePlaces,
  settings: LargeTextSettings,
): (example: number) => Example {
  let next = 0;
  let pieces: Generator<Int32Array> | undefined;
  return (example) => {
    const group = lastUpTo(first, example);
    if (pieces === undefined || example < next || first[group] > next) {
      pieces = piecesOf(textsFrom(index, starts[group]), settings.tokenizer, settings);
      next = first[group];
    }
    for (;;) {
      const { value, done } = pieces.next();
      if (done === true) throw userError('data-file-changed', undefined, { file: settings.file });
      if (next++ === example) return masked(value, example, settings);
    }
  };
}

/** Lines that are not blank, as `loadRawText` gives them. */
function* fullLines(index: LineIndex, position: number): Generator<PlacedLine> {
  for (const line of linesFrom(index, position)) if (line.text.trim() !== '') yield line;
}

function* textsFrom(index: LineIndex, position: number): Generator<string> {
  for (const { text } of fullLines(index, position)) yield text;
}

function masked(ids: Int32Array, number: number, { tokenizer, probability }: LargeTextSettings): Example {
  return maskTokens(unlabelled(ids), { ...EVALUATION_MASKS, probability }, tokenizer, number);
}

/** Place of the last of ascending numbers that is not above a number; the first may be. */
function lastUpTo(ascending: readonly number[], number: number): number {
  let [low, high] = [0, ascending.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (ascending[middle] <= number) low = middle;
    else high = middle - 1;
  }
  return low;
}
