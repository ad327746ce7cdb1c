import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { refused } from '../../test/support/files.ts';
import { applySfts, type Term } from './composition.ts';
import { type CompositionRule, compositionRules } from './compositionRules.ts';
import type { Parameter } from './parameters.ts';
import { hash32, normal, shuffled, uniform } from './random.ts';
import type { Sft } from './sft.ts';
import { newWarmComposition } from './warmComposition.ts';

const sizes = { 'bert.a': 9000, 'bert.b': 300, 'bert.c': 5000 };

function baseOf(seed: number): Map<string, Parameter> {
  return new Map(
    Object.entries(sizes).map(([name, size], i) => [
      name,
      { shape: [size], values: Float32Array.from({ length: size }, (_, j) => normal(seed, i, j)) },
    ]),
  );
}

/** Entries at random in two of the three parameters; the SFTs share many. */
function sftOf(seed: number): Sft {
  const names = Object.keys(sizes).filter((_, i) => i !== hash32(seed, 1) % 3);
  return {
    diffs: new Map(
      names.map((name, p) => {
        const size = sizes[name as keyof typeof sizes];
        const indices = Uint32Array.from(shuffled(size, seed, p).subarray(0, Math.floor(size / 3))).sort();
        return [name, { indices, values: Float32Array.from(indices, (i) => normal(seed, i, 7)) }];
      }),
    ),
    abs: new Map([[`classifier.${seed}`, { shape: [1], values: Float32Array.of(seed) }]]),
  };
}

const same = (a: ReadonlyMap<string, Parameter>, b: ReadonlyMap<string, Parameter>) => {
  for (const [name, { values }] of a)
    if (Buffer.compare(Buffer.from(values.buffer), Buffer.from(b.get(name)!.values.buffer)) !== 0)
      return false;
  return true;
};

/** A setting of the sliders: which SFTs in which order, how much of each, and the rule. */
function setting(seed: number, move: number, sfts: readonly Sft[], before: readonly Term[]): Term[] {
  const coefficient = (i: number) => Math.round(40 * (uniform(seed, move, i) - 0.5)) / 10;
  if (before.length > 0 && uniform(seed, move, 99) < 0.8) {
    const moved = hash32(seed, move, 98) % before.length;
    return before.map((term, i) => (i === moved ? { ...term, coefficient: coefficient(i) } : term));
  }
  const order = shuffled(sfts.length, seed, move).subarray(0, hash32(seed, move, 97) % (sfts.length + 1));
  return Array.from(order, (i) => ({ sft: sfts[i], coefficient: coefficient(i) }));
}

test('1,000 moves later the bits are those of composing from the files', () => {
  const base = baseOf(1);
  const sfts = [2, 3, 4].map(sftOf);
  const parameters = baseOf(1);
  const warm = newWarmComposition(parameters);
  let terms: Term[] = [];
  let rule: CompositionRule = 'sum';
  for (let move = 0; move < 1000; move++) {
    terms = setting(5, move, sfts, terms);
    if (uniform(6, move) < 0.1) rule = compositionRules[hash32(7, move) % 3];
    warm.set(terms, { rule, headFrom: 'none' });
    if (uniform(8, move) < 0.2) warm.prepare();
    if (move % 50 === 49 || move < 30)
      expect(same(parameters, applySfts(base, terms, { rule, headFrom: 'none' }))).toBe(true);
  }
  warm.set([]);
  expect(same(parameters, base)).toBe(true);
});

test('so they are after any moves', () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.integer({ min: 1, max: 12 }),
      fc.constantFrom(...compositionRules),
      (seed, moves, rule) => {
        const sfts = [seed + 1, seed + 2].map(sftOf);
        const parameters = baseOf(seed);
        const warm = newWarmComposition(parameters);
        let terms: Term[] = [];
        for (let move = 0; move < moves; move++) {
          terms = setting(seed, move, sfts, terms);
          warm.set(terms, { rule, headFrom: 'none' });
          if (hash32(seed, move, 96) % 3 === 0) warm.prepare();
        }
        expect(same(parameters, applySfts(baseOf(seed), terms, { rule, headFrom: 'none' }))).toBe(true);
        expect(warm.original('bert.a')?.values).toEqual(baseOf(seed).get('bert.a')?.values);
      },
    ),
    { numRuns: 25 },
  );
});

test('the same SFT twice is two terms', () => {
  const sft = sftOf(1);
  const parameters = baseOf(1);
  const warm = newWarmComposition(parameters);
  const twice = (coefficient: number) => [
    { sft, coefficient: 1 },
    { sft, coefficient },
  ];
  warm.set(twice(0.5), { headFrom: 0 });
  warm.set(twice(-0.3), { headFrom: 0 });
  expect(same(parameters, applySfts(baseOf(1), twice(-0.3), { headFrom: 'none' }))).toBe(true);
});

test('the head is told and changes nothing; what does not fit leaves all as it was', async () => {
  const parameters = baseOf(1);
  const warm = newWarmComposition(parameters);
  const sft = sftOf(2);
  const head = warm.set([{ sft, coefficient: 1 }]);
  expect([...head.keys()]).toEqual(['classifier.2']);
  expect([...parameters.keys()]).toEqual(Object.keys(sizes));
  const before = new Map(
    [...parameters].map(([name, { shape, values }]) => [name, { shape, values: values.slice() }]),
  );
  const foreign: Sft = {
    diffs: new Map([['bert.z', { indices: Uint32Array.of(0), values: Float32Array.of(1) }]]),
    abs: new Map(),
  };
  await refused('sft-parameter-unknown', () => warm.set([{ sft: foreign, coefficient: 1 }]));
  await refused('sft-coefficient', () => warm.set([{ sft, coefficient: Number.NaN }]));
  expect(same(parameters, before)).toBe(true);
});
