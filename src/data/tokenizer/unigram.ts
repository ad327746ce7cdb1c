import type { Description } from './description.ts';

/** What a piece that is not in the vocabulary costs beyond the worst that is (SentencePiece's constant). */
const UNKNOWN_PENALTY = 10;

/**
 * The most probable segmentation of a pre-token under a unigram model (Kudo 2018), as `tokenizers` in Rust finds it,
 * of equals the one that was found first: the library's is several times slower and breaks ties otherwise. A piece
 * that is not in the vocabulary stands for unknown characters.
 * @returns undefined where `model` is of another kind
 */
export function unigram(model: Description['model']): ((text: string) => string[]) | undefined {
  const { type, vocab, unk_id, byte_fallback } = model;
  if (!Array.isArray(vocab) || byte_fallback === true || (type !== undefined && type !== 'Unigram'))
    return undefined;
  const scores = new Map(vocab as [string, number][]);
  const unknown = (vocab as [string, number][])[Number(unk_id)]?.[0];
  let longest = 1;
  let worst = Infinity;
  for (const [piece, score] of scores) {
    longest = Math.max(longest, piece.length);
    worst = Math.min(worst, score);
  }
  if (unknown !== undefined) scores.set(unknown, worst - UNKNOWN_PENALTY);
  return (text) => segment(text, scores, longest, worst - UNKNOWN_PENALTY);
}

function segment(
  text: string,
  scores: ReadonlyMap<string, number>,
  longest: number,
  unknownScore: number,
): string[] {
  const best = new Float64Array(text.length + 1).fill(-Infinity);
  const from = new Int32Array(text.length + 1).fill(-1);
  const isUnknown = new Uint8Array(text.length + 1);
  best[0] = 0;
  const offer = (start: number, end: number, score: number, unknown: boolean): void => {
    const total = best[start] + score;
    if (from[end] !== -1 && !(total > best[end])) return;
    best[end] = total;
    from[end] = start;
    isUnknown[end] = Number(unknown);
  };
  for (let start = 0, next = 0; start < text.length; start = next) {
    next = start + ((text.codePointAt(start) ?? 0) > 0xffff ? 2 : 1);
    const limit = Math.min(text.length, start + longest);
    for (let end = next; end <= limit; end++) {
      const score = scores.get(text.slice(start, end));
      if (score !== undefined) offer(start, end, score, false);
    }
    if (!scores.has(text.slice(start, next))) offer(start, next, unknownScore, true);
  }
  return collect(text, from, isUnknown);
}

/** The pieces from the back pointers; neighbouring unknown characters are one piece. */
function collect(text: string, from: Int32Array, isUnknown: Uint8Array): string[] {
  const pieces: string[] = [];
  for (let end = text.length; end > 0;) {
    let start = from[end];
    while (isUnknown[end] === 1 && start > 0 && isUnknown[start] === 1) start = from[start];
    pieces.push(text.slice(start, end));
    end = start;
  }
  return pieces.reverse();
}
