/** What a model says of one window of a text; the pieces of the text stand at `contextAt` to `contextAt + pieces`. */
export interface SpanLogits {
  /** One number a position of the window, question and special pieces included. */
  readonly start: ArrayLike<number>;
  readonly end: ArrayLike<number>;
  readonly contextAt: number;
  readonly pieces: number;
}

export interface SpanOptions {
  /** How many of the best starts, and of the best ends, are combined in each window; 20 unless given. */
  readonly nBest?: number;
  /** Word pieces of the longest answer; 30 unless given. */
  readonly maxAnswerLength?: number;
}

/** A span of a window, by the positions of its first and last piece in it. */
export interface AnswerSpan {
  readonly window: number;
  readonly first: number;
  readonly last: number;
  /** Logit of the start plus logit of the end, in single precision as in the reference. */
  readonly score: number;
}

/**
 * The best span of a text over all of its windows: the best starts and ends of each window are combined, and those that
 * leave the text, are turned round or too long do not count. Where nothing is left (the question itself looked best) all
 * spans of the text are compared, where the reference answers with the word "empty". Of equals the first wins.
 * @returns undefined where no window has a piece of the text, or where the logits are no numbers
 */
export function chooseSpan(
  windows: readonly SpanLogits[],
  { nBest = 20, maxAnswerLength = 30 }: SpanOptions = {},
): AnswerSpan | undefined {
  let best: AnswerSpan | undefined;
  const offer = (window: number, first: number, last: number): void => {
    const { start, end, contextAt, pieces } = windows[window];
    if (first < contextAt || last >= contextAt + pieces) return;
    if (last < first || last - first + 1 > maxAnswerLength) return;
    const score = Math.fround(start[first] + end[last]);
    if (score > (best?.score ?? -Infinity)) best = { window, first, last, score };
  };
  for (const [window, { start, end }] of windows.entries()) {
    const ends = highest(end, nBest);
    for (const first of highest(start, nBest)) for (const last of ends) offer(window, first, last);
  }
  if (best !== undefined) return best;
  for (const [window, { contextAt, pieces }] of windows.entries()) {
    const stop = contextAt + pieces;
    for (let first = contextAt; first < stop; first++) {
      const limit = Math.min(stop, first + maxAnswerLength);
      for (let last = first; last < limit; last++) offer(window, first, last);
    }
  }
  return best;
}

/** The positions of the `count` highest numbers, from the highest on; of equals the first comes first. */
function highest(logits: ArrayLike<number>, count: number): number[] {
  return Array.from({ length: logits.length }, (_, i) => i)
    .sort((a, b) => logits[b] - logits[a] || a - b)
    .slice(0, count);
}
