import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { refused } from '../../test/support/files.ts';
import { applySfts, applySftsInPlace, composeSfts, saveTouched, type Term } from './composition.ts';
import { type CompositionRule, compositionRules } from './compositionRules.ts';
import type { Parameter } from './parameters.ts';
import type { Sft } from './sft.ts';

const size = 10_000; // more than two blocks
const name = 'bert.embeddings.word_embeddings.weight';

/** An SFT from [index, value] pairs in any order. */
function sftOf(
  entries: readonly (readonly [number, number])[],
  abs: ReadonlyMap<string, Parameter> = new Map(),
): Sft {
  const sorted = [...new Map(entries)].sort(([a], [b]) => a - b);
  const indices = Uint32Array.from(sorted, ([i]) => i);
  return { diffs: new Map([[name, { indices, values: Float32Array.from(sorted, ([, v]) => v) }]]), abs };
}

const values = (parameters: ReadonlyMap<string, Parameter>, of = name) =>
  parameters.get(of)?.values ?? new Float32Array();
const baseOf = (numbers: Float32Array) => new Map([[name, { shape: [numbers.length], values: numbers }]]);
const head = (...names: string[]) =>
  new Map(names.map((n) => [n, { shape: [1], values: Float32Array.of(7) }]));

const finite = fc.float({ noNaN: true, noDefaultInfinity: true, min: -(2 ** 20), max: 2 ** 20 });
/** Indices near the edges of blocks and anywhere, so that terms share some. */
const index = fc.oneof(fc.nat(20), fc.integer({ min: 4090, max: 4100 }), fc.nat(size - 1));
const term: fc.Arbitrary<Term> = fc.record({
  sft: fc.array(fc.tuple(index, finite), { maxLength: 60 }).map((entries) => sftOf(entries)),
  coefficient: fc.oneof(fc.constantFrom(0, 1, -1, 0.5), fc.double({ min: -3, max: 3, noNaN: true })),
});
const terms = fc.array(term, { minLength: 1, maxLength: 4 });
const anyRule = fc.constantFrom(...compositionRules);
const baseArbitrary = fc
  .array(finite, { minLength: 1, maxLength: 50 })
  .map((pattern) => Float32Array.from({ length: size }, (_, i) => pattern[i % pattern.length]));

/** What the rules make of the summands c * value of one entry, in the terms' order. */
const definitions: Record<CompositionRule, (summands: readonly number[]) => number> = {
  sum: addUp,
  signAgreement(summands) {
    const elected = Math.sign(addUp(summands));
    return addUp(summands.filter((value) => (elected === 0 ? value === 0 : Math.sign(value) === elected)));
  },
  priority: (summands) => summands[0],
};

function addUp(numbers: readonly number[]): number {
  return numbers.reduce((sum, value) => sum + value, -0);
}

/** The definition: differences put together in double, added to p0 in double, rounded once. */
function naive(base: Float32Array, summands: readonly Term[], rule: CompositionRule = 'sum'): Float32Array {
  const entries = new Map<number, number[]>();
  for (const { sft, coefficient } of summands) {
    const diff = sft.diffs.get(name)!;
    diff.indices.forEach((i, k) => entries.set(i, [...(entries.get(i) ?? []), coefficient * diff.values[k]]));
  }
  return base.map((value, i) => (entries.has(i) ? value + definitions[rule](entries.get(i)!) : value));
}

test('composition is its definition by each rule, for any number of terms with shared and separate entries', () => {
  fc.assert(
    fc.property(baseArbitrary, terms, anyRule, (numbers, summands, rule) => {
      const before = numbers.slice();
      const composed = values(applySfts(baseOf(numbers), summands, { rule }));
      expect(composed).toEqual(naive(numbers, summands, rule));
      expect(numbers).toEqual(before);
    }),
    { numRuns: 300 },
  );
});

test.each(compositionRules)('zeros have the sign that one SFT alone gives them (%s)', (rule) => {
  const lone = { sft: sftOf([[5, 3]]), coefficient: 0 };
  const elsewhere = { sft: sftOf([[6, 1]]), coefficient: 1 };
  const numbers = new Float32Array(size).fill(-0);
  for (const summands of [[lone], [lone, elsewhere], [elsewhere, lone]])
    expect(values(applySfts(baseOf(numbers), summands, { rule }))[5]).toBe(0);
});

test('in place it gives the same, and can be undone exactly and done again', () => {
  fc.assert(
    fc.property(baseArbitrary, terms, anyRule, (numbers, summands, rule) => {
      const before = numbers.slice();
      const wanted = applySfts(baseOf(numbers), summands, { rule });
      const warm = baseOf(numbers);
      const restore = saveTouched(warm, summands);
      for (let round = 0; round < 2; round++) {
        applySftsInPlace(warm, summands, { rule });
        expect(values(warm)).toEqual(values(wanted));
        restore();
        expect(numbers).toEqual(before);
      }
    }),
    { numRuns: 100 },
  );
});

test('the composed SFT holds the sums, rounded once, and no zeros', () => {
  fc.assert(
    fc.property(terms, anyRule, (summands, rule) => {
      const dense = naive(new Float32Array(size), summands, rule);
      const { indices, values: sums } = composeSfts(summands, { rule }).diffs.get(name) ?? {
        indices: new Uint32Array(),
        values: new Float32Array(),
      };
      const wanted = [...dense.keys()].filter((i) => dense[i] !== 0);
      expect([...indices]).toEqual(wanted);
      expect([...sums]).toEqual(wanted.map((i) => dense[i]));
    }),
    { numRuns: 200 },
  );
});

function elected(...numbers: number[]): Float32Array | undefined {
  const summands = numbers.map((value) => ({ sft: sftOf([[3, value]]), coefficient: 1 }));
  return composeSfts(summands, { rule: 'signAgreement' }).diffs.get(name)?.values;
}

test('a sign is elected by weight, and a tie elects none', () => {
  expect(elected(1, -3, 1)).toEqual(Float32Array.of(-3));
  expect(elected(2, -3, 2)).toEqual(Float32Array.of(4));
  expect(elected(2, -2)).toEqual(new Float32Array());
});

test('entries that cancel are left out', () => {
  const a = sftOf([
    [1, 0.5],
    [2, 3],
  ]);
  const composed = composeSfts([
    { sft: a, coefficient: 1 },
    { sft: sftOf([[1, 0.25]]), coefficient: -2 },
  ]);
  expect(composed.diffs.get(name)).toEqual({ indices: Uint32Array.of(2), values: Float32Array.of(3) });
});

test('minus zero of the base stays minus zero where two terms cancel', () => {
  const once = { sft: sftOf([[0, -0]]), coefficient: 1 };
  expect(values(applySfts(baseOf(Float32Array.of(-0)), [once, once]))[0]).toBe(-0);
});

test('what no term touches shares its arrays with the base, and only coefficients of differences count', () => {
  const other = { shape: [1], values: Float32Array.of(1) };
  const base = new Map([...baseOf(new Float32Array(4)), ['bert.other', other]]);
  const result = applySfts(base, [{ sft: sftOf([[1, 2]], head('classifier.weight')), coefficient: 0.5 }]);
  expect(result.get('bert.other')).toBe(other);
  expect([...values(result)]).toEqual([0, 1, 0, 0]);
  expect([...values(result, 'classifier.weight')]).toEqual([7]);
  expect([...result.keys()]).toEqual([name, 'bert.other', 'classifier.weight']);
});

test('of two task heads one must be picked; a language SFT brings none into a task', async () => {
  const base = baseOf(new Float32Array(4));
  const task = { sft: sftOf([], head('classifier.weight')), coefficient: 1, name: 'pos-en' };
  const other = {
    sft: sftOf([], head('classifier.weight', 'classifier.bias')),
    coefficient: 1,
    name: 'ner-en',
  };
  const language = { sft: sftOf([], head('cls.predictions.bias')), coefficient: 1, name: 'sw' };
  const error = await refused('sft-two-heads', () => applySfts(base, [task, other]));
  expect(error.message).toContain('pos-en, ner-en');
  await refused('sft-two-heads', () => composeSfts([language, language]));

  expect([...applySfts(base, [task, other], { headFrom: 1 }).keys()]).toContain('classifier.bias');
  expect([...applySfts(base, [task, other], { headFrom: 'none' }).keys()]).toEqual([name]);
  expect([...composeSfts([language, task]).abs.keys()]).toEqual(['classifier.weight']);
  expect([...composeSfts([language]).abs.keys()]).toEqual(['cls.predictions.bias']);
  const none = { sft: sftOf([[1, 1]]), coefficient: 1 };
  await refused('sft-no-head', () => applySfts(base, [task, none], { headFrom: 1 }));
  await refused('sft-head-number', () => applySfts(base, [task], { headFrom: 4 }));
  await refused('sft-head-number', () => applySfts(base, [task], { headFrom: -1 }));
});

test('after undoing, the head of before is there again, or none', () => {
  const old = { shape: [1], values: Float32Array.of(3) };
  const base = new Map([...baseOf(new Float32Array(4)), ['classifier.bias', old]]);
  const summands = [{ sft: sftOf([], head('classifier.weight', 'classifier.bias')), coefficient: 1 }];
  const restore = saveTouched(base, summands);
  applySftsInPlace(base, summands);
  expect(base.get('classifier.bias')).not.toBe(old);
  restore();
  expect([...base.keys()]).toEqual([name, 'classifier.bias']);
  expect(base.get('classifier.bias')).toBe(old);
});

test('an SFT that does not fit the base changes nothing of it', async () => {
  const numbers = new Float32Array(4);
  const base = baseOf(numbers);
  const good = { sft: sftOf([[1, 1]]), coefficient: 1 };
  const outside = { sft: sftOf([[4, 1]]), coefficient: 1, name: 'x.sft' };
  const error = await refused('sft-out-of-range', () => applySftsInPlace(base, [good, outside]));
  expect(error.message).toContain('x.sft changes entry 4');
  const diff = { indices: Uint32Array.of(0), values: Float32Array.of(1) };
  const unknown: Sft = { diffs: new Map([['roberta.x', diff]]), abs: new Map() };
  await refused('sft-parameter-unknown', () =>
    applySftsInPlace(base, [good, { sft: unknown, coefficient: 1 }]),
  );
  const shaped: Sft = { diffs: new Map([[name, { ...diff, shape: [2, 2] }]]), abs: new Map() };
  await refused('sft-shape', () => applySftsInPlace(base, [good, { sft: shaped, coefficient: 1 }]));
  const other: Sft = { diffs: new Map([[name, { ...diff, shape: [4] }]]), abs: new Map() };
  const both = [shaped, other].map((sft) => ({ sft, coefficient: 1 }));
  await refused('sft-shape', () => composeSfts(both));
  await refused('sft-coefficient', () => applySftsInPlace(base, [{ ...good, coefficient: NaN }]));
  expect([...numbers]).toEqual([0, 0, 0, 0]);
});

test('an empty entry of a parameter that the base lacks does no harm', () => {
  const empty: Sft = {
    diffs: new Map([['bert.pooler.dense.bias', { indices: new Uint32Array(), values: new Float32Array() }]]),
    abs: new Map(),
  };
  expect([...applySfts(baseOf(new Float32Array(1)), [{ sft: empty, coefficient: 1 }]).keys()]).toEqual([
    name,
  ]);
});
