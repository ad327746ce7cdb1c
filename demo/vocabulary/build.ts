import { continuation, specials } from './pieces.ts';

/** A word of the text: how often it occurs, and the pieces that it consists of so far. */
interface Word {
  count: number;
  pieces: string[];
}

interface Pair {
  left: string;
  right: string;
  count: number;
  /** The words in which the pair stands, or stood. */
  words: Set<Word>;
}

/** The piece that two neighbours make together. */
function joined(left: string, right: string): string {
  return left + right.slice(continuation.length);
}

/** True where `a` is merged before `b`: it is more frequent or, with equal counts, its text comes first. */
function goesBefore(a: Pair, b: Pair): boolean {
  if (a.count !== b.count) return a.count > b.count;
  return a.left === b.left ? a.right < b.right : a.left < b.left;
}

/** Each piece once, in the order of code units, which is the same on every machine. */
function inOrder(pieces: Iterable<string>): string[] {
  return [...new Set(pieces)].sort();
}

/** The pairs of neighbours in a text, with their counts. */
type Pairs = Map<string, Pair>;

function countPairs(pairs: Pairs, word: Word, sign: -1 | 1): void {
  for (let i = 1; i < word.pieces.length; i++) {
    const [left, right] = [word.pieces[i - 1], word.pieces[i]];
    const key = `${left} ${right}`;
    const pair = pairs.get(key) ?? { left, right, count: 0, words: new Set() };
    pair.count += sign * word.count;
    if (pair.count === 0) {
      pairs.delete(key);
      continue;
    }
    pair.words.add(word);
    pairs.set(key, pair);
  }
}

function mergeIn(pieces: readonly string[], { left, right }: Pair): string[] {
  const merged: string[] = [];
  for (let i = 0; i < pieces.length; i++) {
    const meets = pieces[i] === left && pieces[i + 1] === right;
    merged.push(meets ? joined(left, right) : pieces[i]);
    if (meets) i++;
  }
  return merged;
}

function best(pairs: Pairs): Pair | null {
  let first: Pair | null = null;
  for (const pair of pairs.values()) if (first === null || goesBefore(pair, first)) first = pair;
  return first;
}

/** How often each word occurs in the sentences. */
export function countWords(sentences: Iterable<readonly string[]>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const words of sentences) for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/**
 * A WordPiece vocabulary of exactly `size` pieces: BERT's special pieces, the letters of the text, those that continue
 * a word once more with `##`, then the pieces made by merging, again and again, the most frequent pair of
 * neighbours. Equal counts are decided by the pair's text, so that the same counts, in any order, give the same
 * vocabulary. Throws where `size` is too small for the letters or the text too small for `size`.
 */
export function buildVocabulary(counts: ReadonlyMap<string, number>, size: number): string[] {
  const words = [...counts].map(([text, count]): Word => ({
    count,
    pieces: Array.from(text, (letter, i) => (i === 0 ? letter : continuation + letter)),
  }));
  const vocabulary = new Set<string>([
    ...specials,
    ...inOrder([...counts.keys()].flatMap((text) => Array.from(text))),
    ...inOrder(words.flatMap((word) => word.pieces.slice(1))),
  ]);
  if (vocabulary.size > size)
    throw new Error(`A vocabulary of ${size} has no room for the letters of the text.`);
  const pairs: Pairs = new Map();
  for (const word of words) countPairs(pairs, word, 1);
  while (vocabulary.size < size) {
    const pair = best(pairs);
    if (pair === null) throw new Error(`The text gives ${vocabulary.size} pieces, fewer than ${size}.`);
    vocabulary.add(joined(pair.left, pair.right));
    for (const word of pair.words) {
      countPairs(pairs, word, -1);
      word.pieces = mergeIn(word.pieces, pair);
      countPairs(pairs, word, 1);
    }
  }
  return [...vocabulary];
}
