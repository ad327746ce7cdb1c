import { expect, it } from 'vitest';
import { interferenceTable, type PairTally } from '../../core/interference.ts';
import { placesBlocks } from './placesBlocks.ts';

/** 100 entries of a parameter, of which each SFT has 20 and both have `both`, with signs that agree on `equal`. */
function tally(name: string, both: number, equal: number): PairTally {
  const extent = { entries: 20, energy: 20 };
  const dot = equal - (both - equal);
  return {
    name,
    total: 100,
    a: extent,
    b: extent,
    overlap: { both, equal, opposite: both - equal, dot, squaresA: both, squaresB: both },
  };
}

it('a pair is shown by layer and module, chance in the middle of each scale', () => {
  const table = interferenceTable([
    tally('encoder.layer.0.attention.self.query.weight', 16, 16), // 4 would be chance
    tally('encoder.layer.1.attention.self.query.weight', 4, 2),
    tally('encoder.layer.1.intermediate.dense.weight', 1, 0),
  ]);
  const [overlap, signs, cosine] = placesBlocks('a and b', table);
  expect(overlap).toEqual({
    type: 'places',
    title: 'a and b: overlap, times chance',
    layers: ['0', '1'],
    modules: ['q', 'up'],
    texts: [
      ['4.00', ''],
      ['1.00', '0.25'],
    ],
    shades: [
      [1, 0],
      [0, -1],
    ],
  });
  expect(signs.texts).toEqual([
    ['100.0 %', ''],
    ['50.0 %', '0.0 %'],
  ]);
  expect(signs.shades).toEqual([
    [1, 0],
    [0, -1],
  ]);
  expect(cosine.texts).toEqual([
    ['1.00', ''],
    ['0.00', '-1.00'],
  ]);
  expect(cosine.shades).toEqual(signs.shades);
});

it('nothing in common is far below chance, and has neither signs nor cosine', () => {
  const table = interferenceTable([tally('encoder.layer.0.attention.self.query.weight', 0, 0)]);
  const found = placesBlocks('a and b', table);
  expect(found.map(({ texts, shades }) => [texts[0][0], shades[0][0]])).toEqual([
    ['0.00', -1],
    ['', 0],
    ['', 0],
  ]);
});
