import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { attachRest, findCycle, greedyHeads, isTree, maximumTree, NO_HEAD, rootsOf } from './trees.ts';

interface Sentence {
  words: number;
  scores: Float32Array;
}

/** Scores of few values, so that there are ties, or of many. */
const sentence = (maxWords: number): fc.Arbitrary<Sentence> =>
  fc.tuple(fc.integer({ min: 1, max: maxWords }), fc.boolean()).chain(([words, coarse]) => {
    const score = coarse ? fc.integer({ min: -2, max: 2 }) : fc.double({ min: -50, max: 50, noNaN: true });
    return fc
      .array(score, { minLength: words * (words + 1), maxLength: words * (words + 1) })
      .map((scores) => ({ words, scores: Float32Array.from(scores) }));
  });

const total = (heads: ArrayLike<number>, { words, scores }: Sentence): number =>
  Array.from(heads).reduce((sum, head, i) => sum + scores[i * (words + 1) + head], 0);

/** The highest sum of any tree, by trying all of them. */
function bestOfAll(of: Sentence, singleRoot: boolean): number {
  const { words } = of;
  let best = -Infinity;
  for (let code = 0; code < (words + 1) ** words; code++) {
    const heads = Array.from({ length: words }, (_, i) => Math.floor(code / (words + 1) ** i) % (words + 1));
    if (isTree(heads, { singleRoot })) best = Math.max(best, total(heads, of));
  }
  return best;
}

/** A tree in which each word hangs on one before it, in a random order of the words. */
const randomTree = (words: number): fc.Arbitrary<number[]> =>
  fc
    .tuple(
      fc.shuffledSubarray(
        Array.from({ length: words }, (_, i) => i + 1),
        { minLength: words },
      ),
      fc.array(fc.nat(), { minLength: words, maxLength: words }),
    )
    .map(([order, choices]) => {
      const heads: number[] = [];
      for (const [i, word] of order.entries()) heads[word - 1] = i === 0 ? 0 : order[choices[i] % i];
      return heads;
    });

describe('the maximum spanning tree', () => {
  it.each([true, false])('is the best of all trees of up to 5 words (single root: %s)', (singleRoot) => {
    fc.assert(
      fc.property(sentence(5), (of) => {
        const heads = maximumTree(of.scores, of.words, { singleRoot });
        expect(isTree(heads, { singleRoot })).toBe(true);
        expect(total(heads, of)).toBeCloseTo(bestOfAll(of, singleRoot), 5);
      }),
      { numRuns: 60 },
    );
  });

  it('is a tree of one root that no other one beats, in long sentences', () => {
    const both = sentence(40).chain((of) => fc.tuple(fc.constant(of), randomTree(of.words)));
    fc.assert(
      fc.property(both, ([of, other]) => {
        const heads = maximumTree(of.scores, of.words);
        expect(isTree(heads, { singleRoot: true })).toBe(true);
        expect(total(heads, of)).toBeGreaterThanOrEqual(total(other, of) - 1e-3);
      }),
    );
  });

  it('is that of the best heads where those are a tree', () => {
    fc.assert(
      fc.property(sentence(4), (of) => {
        const greedy = greedyHeads(of.scores, of.words);
        fc.pre(isTree(greedy));
        expect(total(maximumTree(of.scores, of.words, { singleRoot: false }), of)).toBeCloseTo(
          total(greedy, of),
          5,
        );
      }),
    );
  });

  it('opens circles inside of circles', () => {
    // 1 and 2 want one another, and 3 wants 2; 2 is given up least dearly for 3, which goes to the root.
    const scores = [-5, -9, 9, 1, -2, 9, -9, 8, 0, 1, 9, -9];
    expect([...maximumTree(scores, 3)]).toEqual([2, 3, 0]);
  });

  it('takes scores that are no numbers for the worst', () => {
    const scores = [-Infinity, 0, 1, Number.NaN, 0, 0];
    expect([...maximumTree(scores, 2)]).toEqual([2, 0]);
    expect(isTree(maximumTree(new Float32Array(12).fill(Number.NaN), 3), { singleRoot: true })).toBe(true);
    expect([...maximumTree([], 0)]).toEqual([]);
    expect(() => maximumTree([1], 1)).toThrow(RangeError);
  });
});

describe('greedy heads', () => {
  it('are the best of each word, the first of equals, itself too', () => {
    expect([...greedyHeads([1, 2, 0, 3, 0, 3], 2)]).toEqual([1, 0]);
  });
});

describe('trees', () => {
  it('have no circle, and a root', () => {
    expect(findCycle([2, 3, 2, 0])).toEqual([2, 3]);
    expect(findCycle([1])).toEqual([1]);
    expect(findCycle([2, 0, 2])).toBeUndefined();
    expect(rootsOf([0, 1, 0])).toEqual([1, 3]);
    expect([[0, 0], [2, 1], [0, 3], [], [0, 1]].map((heads) => isTree(heads, { singleRoot: true }))).toEqual([
      false,
      false,
      false,
      false,
      true,
    ]);
    expect(isTree([0, 0])).toBe(true);
  });

  it('are completed where words have no head', () => {
    expect([...attachRest([NO_HEAD, 3, 0, NO_HEAD])]).toEqual([3, 3, 0, 3]);
    expect([...attachRest([NO_HEAD, 1, NO_HEAD])]).toEqual([0, 1, 1]);
    fc.assert(
      fc.property(
        fc
          .integer({ min: 1, max: 12 })
          .chain((words) => fc.tuple(randomTree(words), fc.array(fc.nat(words - 1)))),
        ([heads, lost]) => {
          for (const word of lost) heads[word] = NO_HEAD;
          expect(isTree(attachRest(heads), { singleRoot: true })).toBe(true);
        },
      ),
    );
  });
});
