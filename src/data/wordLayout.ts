import type { Example } from './example.ts';

/**
 * The words of a packed batch as a parser takes them, one candidate each, C in all: of every example its root and then its words, so
 * that a head's number counts from the root; and at last an empty candidate, which stands for the padding of the reference.
 */
export interface WordLayout {
  /** Which example a candidate belongs to; -1: the empty one. */
  readonly owners: Int32Array;
  /** The root of each example among the candidates, and at last the number of the empty one. */
  readonly roots: Int32Array;
  /** Slots of a candidate's pieces, from `from` to before `to`; a root has its example's first piece. */
  readonly from: Int32Array;
  readonly to: Int32Array;
}

/** `starts[e]`: the slot of the first piece of example e. */
export function layWords(examples: readonly Example[], starts: ArrayLike<number>): WordLayout {
  const owners: number[] = [];
  const roots: number[] = [];
  const from: number[] = [];
  const to: number[] = [];
  examples.forEach(({ words = Int32Array.of(0) }, e) => {
    roots.push(owners.length);
    owners.push(...Array.from(words, () => e));
    from.push(starts[e], ...Array.from(words.subarray(0, -1), (at) => starts[e] + at));
    to.push(starts[e] + 1, ...Array.from(words.subarray(1), (at) => starts[e] + at));
  });
  roots.push(owners.length);
  return {
    owners: Int32Array.from([...owners, -1]),
    roots: Int32Array.from(roots),
    from: Int32Array.from([...from, 0]),
    to: Int32Array.from([...to, 0]),
  };
}

/** Words of an example in a layout. */
export function wordCount({ roots }: Pick<WordLayout, 'roots'>, example: number): number {
  return roots[example + 1] - roots[example] - 1;
}

/** Heads and relations of an example's words. */
export function wordLabels(labels: Int32Array): { heads: Int32Array; relations: Int32Array } {
  const words = labels.length / 2;
  return { heads: labels.subarray(0, words), relations: labels.subarray(words) };
}
