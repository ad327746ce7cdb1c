import { userError } from '../core/errors/userError.ts';
import { chooseSpan, type SpanOptions } from '../core/metrics/answerSpans.ts';
import type { SquadQuestion } from '../formats/squad.ts';
import type { Example } from './example.ts';
import type { Tokenizer } from './tokenizer/tokenizer.ts';

/** A question with a part of its text, as a model for question answering takes it. */
export interface QuestionWindow {
  /** Index of the question among those given. */
  readonly question: number;
  /**
   * Its labels are the positions of the answer's first and last piece in `ids`; both are 0, the first special piece,
   * where the window does not hold the whole answer.
   */
  readonly example: Example;
  /** Where in `ids` the text's first piece stands; one for each of `starts` follows. */
  readonly contextAt: number;
  /** From where to where in the context each of the text's pieces reaches, in UTF-16 units. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

export interface QuestionData {
  readonly questions: readonly SquadQuestion[];
  /** Those of a question stand together, in the order of its text. */
  readonly windows: readonly QuestionWindow[];
  /** Questions of which the end was cut off, so that there is room for the text. */
  readonly cutQuestions: number;
}

export interface WindowOptions {
  /** Word pieces of a window, question and special ones included. */
  readonly maxLength: number;
  /** Pieces of the text that two neighbouring windows share. */
  readonly stride: number;
}

/**
 * The questions that have an answer; SQuAD 2.0's others are counted and left out, since answers are scored as in 1.1.
 * @throws UserError `data-no-answers` where there is none
 */
export function answeredQuestions(
  questions: readonly SquadQuestion[],
  file: string,
): { questions: readonly SquadQuestion[]; leftOut: number } {
  const answered = questions.filter(({ answers }) => answers.length > 0);
  if (answered.length === 0) throw userError('data-no-answers', undefined, { file });
  return { questions: answered, leftOut: questions.length - answered.length };
}

/**
 * Questions as examples: a long text is read in windows that overlap, each with the whole question before it. The first
 * answer of a question is its label. At most half of a window's room is the question's.
 * @throws UserError `data-stride`, `data-tokenizer-broken` for a tokenizer that cannot join two texts
 */
export function questionData(
  questions: readonly SquadQuestion[],
  tokenizer: Tokenizer,
  { maxLength, stride }: WindowOptions,
): QuestionData {
  const { ids: special, join, secondAt } = tokenizer.pairSurroundings();
  const room = maxLength - special.length;
  if (stride < 0 || stride > room - 2) throw userError('data-stride', { stride, maxLength, most: room - 2 });
  const questionRoom = room - Math.max(stride + 1, Math.floor(room / 2));
  const windows: QuestionWindow[] = [];
  let cutQuestions = 0;
  let context: { text: string; ids: Int32Array; starts: Int32Array; ends: Int32Array } | undefined;
  for (const [question, asked] of questions.entries()) {
    const whole = tokenizer.encodeOffsets(asked.question).ids;
    const first = Array.from(whole.subarray(0, questionRoom));
    if (first.length < whole.length) cutQuestions++;
    // Questions about one text stand together.
    if (context?.text !== asked.context) {
      context = { text: asked.context, ...tokenizer.encodeOffsets(asked.context) };
    }
    const { ids, starts, ends } = context;
    const width = room - first.length;
    const contextAt = secondAt(first.length);
    for (let from = 0, to = 0; from === 0 || to < ids.length; from += width - stride) {
      to = Math.min(from + width, ids.length);
      const covered = { contextAt, starts: starts.slice(from, to), ends: ends.slice(from, to) };
      const labels = answerPositions(asked, covered);
      const example = { ...join(first, Array.from(ids.subarray(from, to))), labels };
      windows.push({ question, example, ...covered });
    }
  }
  return { questions, windows, cutQuestions };
}

type Reach = Pick<QuestionWindow, 'contextAt' | 'starts' | 'ends'>;

/** The text from the piece at `first` to the one at `last`, positions in the window's `ids`. */
export function spanText(
  { context }: Pick<SquadQuestion, 'context'>,
  window: Reach,
  first: number,
  last: number,
): string {
  const { contextAt, starts } = window;
  return context.slice(starts[first - contextAt], wholeEnd(context, window, last - contextAt));
}

/**
 * The model's answer to each question, from the logits of each window (one a position of its `ids`); empty where there
 * is nothing to answer with.
 */
export function chooseAnswers(
  { questions, windows }: Pick<QuestionData, 'questions' | 'windows'>,
  logits: (window: number) => { readonly start: ArrayLike<number>; readonly end: ArrayLike<number> },
  options?: SpanOptions,
): string[] {
  const windowsOf = questions.map((): number[] => []);
  for (const [i, { question }] of windows.entries()) windowsOf[question].push(i);
  return questions.map((question, i) => {
    const own = windowsOf[i];
    const span = chooseSpan(
      own.map((index) => {
        const { contextAt, starts } = windows[index];
        return { ...logits(index), contextAt, pieces: starts.length };
      }),
      options,
    );
    if (span === undefined) return '';
    return spanText(question, windows[own[span.window]], span.first, span.last);
  });
}

/**
 * The pieces of the first answer: the last one that starts at or before it, and the first one that ends at or behind
 * its end; an answer that the window does not hold as a whole has none.
 */
function answerPositions({ context, answers: [answer] }: SquadQuestion, window: Reach): Int32Array {
  const { contextAt, starts, ends } = window;
  if (answer === undefined || starts.length === 0) return Int32Array.of(0, 0);
  const first = starts.findLastIndex((start) => start <= answer.start);
  const last = ends.findIndex((_, i) => wholeEnd(context, window, i) >= answer.end);
  if (first === -1 || last === -1) return Int32Array.of(0, 0);
  // Pieces of one ligature share its characters, which can turn the two round.
  return Int32Array.of(contextAt + Math.min(first, last), contextAt + Math.max(first, last));
}

/** Where a piece ends, with the marks (vowel signs, accents) that follow and of which an uncased tokenizer makes nothing. */
function wholeEnd(context: string, { starts, ends }: Reach, piece: number): number {
  const end = ends[piece];
  const [marks = ''] = /^\p{M}*/u.exec(context.slice(end, starts[piece + 1] ?? context.length)) ?? [];
  return end + marks.length;
}
