import { wordCount, type WordLayout } from '../data/wordLayout.ts';
import type { ShapedArray } from '../engine/program.ts';
import { chosenHeads } from './wordFeeds.ts';

/** A sentence's tree, or what stands for one: of each word its head (0 is the root, else a word's number) and its relation's index. */
export interface Parse {
  readonly heads: Int32Array;
  readonly relations: Int32Array;
  /** The next best relation of each word; the best where there is no other. */
  readonly otherRelations: Int32Array;
}

/**
 * Heads of an example's words, in one set or several (as many for each example), from the scores of all: [words, words + 1], of each
 * word those of the root and of the words.
 */
export type ChooseHeads = (example: number, scores: Float32Array) => readonly Int32Array[];

/** Reads what a parser says of the examples of one batch. `arcs` [C, C]. */
export function choiceReader(
  layout: WordLayout,
  arcs: Float32Array,
): {
  scores(example: number): Float32Array;
  parse(example: number, heads: Int32Array, relations: Float32Array, labels: number): Parse;
} {
  const { roots, owners } = layout;
  return {
    scores(example) {
      const words = wordCount(layout, example);
      const root = roots[example];
      const scores = new Float32Array(words * (words + 1));
      for (let word = 0; word < words; word++) {
        const from = (root + 1 + word) * owners.length + root;
        scores.set(arcs.subarray(from, from + words + 1), word * (words + 1));
      }
      return scores;
    },
    parse(example, heads, relations, labels) {
      const first = roots[example] + 1;
      const scoresOf = (word: number) =>
        relations.subarray((first + word) * labels, (first + word + 1) * labels);
      const best = heads.map((_, word) => largest(scoresOf(word)));
      return {
        heads,
        relations: best,
        otherRelations: heads.map((_, word) => largest(scoresOf(word), best[word])),
      };
    },
  };
}

/** Heads of several examples, one set each, as a head of relations takes them. */
export function relationHeads({ owners, roots }: WordLayout, heads: readonly Int32Array[]): ShapedArray {
  const all = new Int32Array(owners.length).fill(-1);
  heads.forEach((own, example) => {
    own.forEach((head, word) => {
      if (head >= 0) all[roots[example] + 1 + word] = roots[example] + head;
    });
  });
  return chosenHeads(all);
}

/** Where the largest value is, of equals the first; `but` is passed over where there is another. */
function largest(values: Float32Array, but = -1): number {
  let best = but === 0 && values.length > 1 ? 1 : 0;
  for (let i = best + 1; i < values.length; i++) if (i !== but && values[i] > values[best]) best = i;
  return best;
}
