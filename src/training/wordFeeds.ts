import { NO_LABEL, type Example } from '../data/example.ts';
import { wordCount, wordLabels, type WordLayout } from '../data/wordLayout.ts';
import type { FeedArray, ShapedArray } from '../engine/program.ts';

type Feeds = Record<string, FeedArray | ShapedArray>;

/** Added to the score of a head in another example: its exponential is exactly 0. */
const FORBIDDEN = -1e9;

/** What a head takes that reads words (`model/wordInputs.ts`). */
export function wordFeeds({ owners, roots, from, to }: WordLayout, positions: number): Feeds {
  const count = owners.length;
  const firstPieces = new Float32Array(count * positions);
  const wordMeans = new Float32Array(count * positions);
  const isRoot = new Float32Array(count);
  for (const root of roots.subarray(0, -1)) isRoot[root] = 1;
  for (let i = 0; i < count; i++) {
    if (isRoot[i] === 1) firstPieces[i * positions + from[i]] = 1;
    else wordMeans.fill(1 / (to[i] - from[i]), i * positions + from[i], i * positions + to[i]);
  }
  const shape = [count, positions];
  return {
    firstPieces: { array: firstPieces, shape },
    wordMeans: { array: wordMeans, shape },
    isRoot,
  };
}

/** What the loss of trees takes (`model/losses.ts`): `share` is what each word weighs. */
export function arcFeeds(layout: WordLayout, examples: readonly Example[], share: number): Feeds {
  const { owners, roots } = layout;
  const count = owners.length;
  const empty = count - 1;
  const allowed = new Float32Array(count * count).fill(FORBIDDEN);
  // A row that allows nothing has no softmax.
  allowed[empty * count + empty] = 0;
  const heads = new Int32Array(count).fill(-1);
  const arcs = new Int32Array(2 * count);
  const relations = new Int32Array(2 * count);
  const weights = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    arcs[2 * i] = i;
    relations[2 * i] = i;
  }
  examples.forEach(({ labels, emptyHeads = 0 }, e) => {
    const words = wordCount(layout, e);
    const gold = wordLabels(labels);
    for (let i = roots[e]; i <= roots[e] + words; i++) {
      allowed.fill(0, i * count + roots[e], i * count + roots[e] + words + 1);
      // So many heads of one score are one head with the score of their sum.
      if (emptyHeads > 0) allowed[i * count + empty] = Math.log(emptyHeads);
    }
    for (let word = 0; word < words; word++) {
      const head = gold.heads[word];
      if (head === NO_LABEL) continue;
      const i = roots[e] + 1 + word;
      heads[i] = roots[e] + head;
      arcs[2 * i + 1] = heads[i];
      relations[2 * i + 1] = gold.relations[word];
      weights[i] = share;
    }
  });
  return {
    allowed: { array: allowed, shape: [count, count] },
    heads: chosenHeads(heads),
    'arcs.picks': arcs,
    'relations.picks': relations,
    weights,
  };
}

/** A 1 at the head of each candidate [C, C]; none for -1. */
export function chosenHeads(heads: Int32Array): ShapedArray {
  const count = heads.length;
  const array = new Float32Array(count * count);
  heads.forEach((head, i) => {
    if (head >= 0) array[i * count + head] = 1;
  });
  return { array, shape: [count, count] };
}
