import { describe, expect, it } from 'vitest';
import { layWords } from '../data/wordLayout.ts';
import { choiceReader } from './parses.ts';

/** A sentence of three words, and how well each of three relations holds for them; the root's row first. */
const layout = layWords(
  [{ ids: new Int32Array(), labels: new Int32Array(), words: Int32Array.of(1, 2, 3, 4) }],
  [0],
);
const scores = Float32Array.from(
  [
    [9, 9, 9],
    [3, 1, 2],
    [1, 3, 2],
    [2, 2, 2],
    // The empty candidate's.
    [9, 9, 9],
  ].flat(),
);
const heads = Int32Array.of(0, 1, 1);

describe('a parse', () => {
  it('has the best relation of each word and the next best, of equals the first', () => {
    const { relations, otherRelations } = choiceReader(layout, new Float32Array(25)).parse(
      0,
      heads,
      scores,
      3,
    );
    expect([...relations]).toEqual([0, 1, 0]);
    expect([...otherRelations]).toEqual([2, 2, 1]);
  });

  it('has the only relation twice', () => {
    const found = choiceReader(layout, new Float32Array(25)).parse(0, heads, new Float32Array(5), 1);
    expect([...found.relations, ...found.otherRelations]).toEqual([0, 0, 0, 0, 0, 0]);
  });
});
