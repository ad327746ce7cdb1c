import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeOf } from '../core/density.ts';
import type { UserError } from '../core/errors/userError.ts';
import { joinMasks, type Mask, maskSize } from '../core/mask.ts';
import { chooseInGroups } from '../core/maskGroups.ts';
import { type Candidate, selectLottery, selectRandom, selectRandomPerTensor } from '../core/selection.ts';
import {
  type Budget,
  budgetBounds,
  budgetProblem,
  entriesByRow,
  maskGroups,
  rowsOf,
  writtenBudget,
} from './budget.ts';
import { checkRecipe } from './check.ts';
import { resolveRecipe } from './defaults.ts';
import { parseRecipe } from './load.ts';

const names = [
  'bert.embeddings.word_embeddings.weight',
  'bert.encoder.layer.0.attention.self.query.weight',
  'bert.encoder.layer.0.output.dense.weight',
  'bert.encoder.layer.1.output.dense.weight',
  'bert.encoder.layer.2.output.dense.bias',
];
/** Few distinct values, so that there are ties; 0 is no change. */
const change = fc.constantFrom(0, 1, -1, 0.5, 2, -3, 4);
const candidates = fc
  .tuple(...names.map(() => fc.array(change, { minLength: 1, maxLength: 40 })))
  .map((arrays) =>
    arrays.map((values, i): Candidate => ({
      name: names[i],
      size: values.length,
      values: Float32Array.from(values),
      originals: new Float32Array(values.length),
    })),
  );
const amount = fc.oneof(
  fc.nat(20),
  fc.nat(50).map((share) => `${share}%`),
);
const budget: fc.Arbitrary<Budget> = fc
  .record({ emb: amount, '0': amount, '1-2': amount }, { requiredKeys: [] })
  .filter((written) => Object.keys(written).length > 0);
const iterations = fc.integer({ min: 1, max: 4 });

/** Flat indices of the k entries that have changed most, one group of layers at a time, by sorting. */
function naively(
  all: readonly Candidate[],
  rows: readonly string[] | null,
  k: number,
  taken: Mask,
): string[] {
  const entries = all.flatMap(({ name, values }) =>
    rows === null || rows.includes(placeOf(name).row)
      ? [...values].flatMap((value, i) =>
          value === 0 || taken.get(name)?.includes(i) === true
            ? []
            : [{ at: `${name} ${i}`, size: Math.abs(value) }],
        )
      : [],
  );
  // Sorting is stable: equal changes stay in their order.
  return entries
    .sort((a, b) => b.size - a.size)
    .slice(0, k)
    .map(({ at }) => at);
}

const entriesOf = (mask: Mask): string[] =>
  [...mask].flatMap(([name, indices]) => Array.from(indices, (i) => `${name} ${i}`)).sort();

it('chooses in each layer what a naive selection of its part chooses, in every iteration', () => {
  fc.assert(
    fc.property(
      candidates,
      budget,
      fc.integer({ min: 4, max: 90 }),
      iterations,
      (all, written, k, rounds) => {
        const select = { k, budget: written, iterations: rounds };
        fc.pre(budgetProblem(select, entriesByRow(all)) === undefined);
        let mask: Mask = new Map<string, Uint32Array>();
        for (let iteration = 1; iteration <= rounds; iteration++) {
          const groups = maskGroups(select, iteration);
          expect(groups.reduce((sum, group) => sum + group.k, 0)).toBe(Math.floor(k / rounds));
          const taken = mask;
          const chosen = chooseInGroups(all, groups, 1, (own, n) => selectLottery(own, n, taken));
          const named = Object.keys(written).flatMap(rowsOf);
          const others = ['emb', '0', '1', '2'].filter((row) => !named.includes(row));
          const expected = groups.flatMap((group) =>
            naively(all, group.name === null ? others : rowsOf(group.name), group.k, taken),
          );
          expect(entriesOf(chosen.mask)).toEqual(expected.sort());
          expect(chosen.count).toBe(expected.length);
          expect([...chosen.mask.keys()]).toEqual(names);
          mask = joinMasks(mask, chosen.mask);
        }
      },
    ),
    { numRuns: 150 },
  );
});

it('gives each layer its part of K in the end, where all of its entries have moved', () => {
  fc.assert(
    fc.property(budget, fc.integer({ min: 1, max: 15 }), iterations, (written, each, rounds) => {
      const k = each * rounds;
      const all = names.map((name): Candidate => {
        const values = Float32Array.from({ length: 60 }, (_, i) => 1 + ((i * 7) % 60));
        return { name, size: 60, values, originals: new Float32Array(60) };
      });
      const select = { k, budget: written, iterations: rounds };
      fc.pre(budgetProblem(select, entriesByRow(all)) === undefined);
      let mask: Mask = new Map<string, Uint32Array>();
      for (let iteration = 1; iteration <= rounds; iteration++) {
        const taken = mask;
        const groups = maskGroups(select, iteration);
        mask = joinMasks(mask, chooseInGroups(all, groups, 1, (own, n) => selectLottery(own, n, taken)).mask);
      }
      expect(maskSize(mask)).toBe(k);
      const has = (rows: readonly string[]) =>
        [...mask].reduce(
          (sum, [name, { length }]) => (rows.includes(placeOf(name).row) ? sum + length : sum),
          0,
        );
      for (const [name, wanted] of Object.entries(written)) {
        const exact = typeof wanted === 'number' ? wanted : (k * Number(wanted.slice(0, -1))) / 100;
        // Shares are rounded so that they add up.
        expect(Math.abs(has(rowsOf(name)) - exact)).toBeLessThan(typeof wanted === 'number' ? 1e-9 : 1);
      }
    }),
    { numRuns: 100 },
  );
});

const counts = (mask: Mask) => Object.fromEntries([...mask].map(([name, { length }]) => [name, length]));

it('goes together with random masks: as many in each layer, and per tensor as many as the lottery', () => {
  const all = names.map((name, p): Candidate => {
    const values = Float32Array.from({ length: 50 }, (_, i) => ((i * 13 + p) % 50) + 1);
    return { name, size: 50, values, originals: new Float32Array(50) };
  });
  const groups = maskGroups({ k: 60, budget: { emb: '50%', '2': 5 }, iterations: 1 });
  const lottery = chooseInGroups(all, groups, 1, (own, k) => selectLottery(own, k));
  const random = chooseInGroups(all, groups, 1, (own, k, seed) => selectRandom(own, k, seed));
  const perTensor = chooseInGroups(all, groups, 1, (own, k, seed) => selectRandomPerTensor(own, k, seed));
  expect([counts(random.mask)[names[0]], counts(random.mask)[names[4]], random.count]).toEqual([30, 5, 60]);
  expect(counts(perTensor.mask)).toEqual(counts(lottery.mask));
  expect(entriesOf(perTensor.mask)).not.toEqual(entriesOf(lottery.mask));
});

it('adds shares of all of K up to all of it', () => {
  const thirds = maskGroups({
    k: 100,
    budget: { emb: '33.3%', '0': '33.3%', '1-2': '33.4%' },
    iterations: 1,
  });
  expect(thirds.map(({ k }) => k)).toEqual([33, 34, 33, 0]);
});

it('reads what is typed, and nothing else', () => {
  expect(writtenBudget('emb=10%, 0-5 = 2000')).toEqual({ emb: '10%', '0-5': 2000 });
  for (const wrong of ['', 'emb', 'emb=x', 'emb=1.5', '3-1=1', '0-3=1,2=1', 'emb=70%,0=40%', 'emb=1,emb=2'])
    expect(writtenBudget(wrong), wrong).toBeUndefined();
});

it('knows for which K there is room', () => {
  const available = new Map([
    ['emb', 40],
    ['0', 100],
    ['1', 100],
  ]);
  const mask = { k: 50, budget: { emb: '20%', '0': 10 } };
  const { least, most } = budgetBounds(mask, available, { least: 1, most: 240 });
  const fits = (k: number) => budgetProblem({ ...mask, k }, available) === undefined;
  expect([fits(least - 1), fits(least), fits(most), fits(most + 1)]).toEqual([false, true, true, false]);
  expect(least).toBe(12); // 20 % of them, and 10
  expect(most).toBe(138); // the rest, 138 - 28 - 10, is layer 1
});

const recipe = (select: string) =>
  `kind: task\nbase: ./base\ndata: { train: a.conllu }\nselect:\n${select.replace(/^/gm, '  ')}\n`;

const resolved = (select: string) => {
  const rows = new Map([
    ['emb', 500],
    ['0', 300],
    ['1', 200],
  ]);
  return resolveRecipe(parseRecipe(recipe(select), 'r.sft.yaml'), {
    modelType: 'bert',
    maskable: () => 1000,
    maskableByRow: () => rows,
    maxLength: 128,
    dropout: { hidden: 0, attention: 0, head: 0 },
  });
};

describe('a recipe', () => {
  it('says how many entries its layers get', () => {
    const { select } = resolved('k: 100\nwithin: [emb, 0-1]\nbudget: { emb: 10%, 0: 40 }');
    expect(select).toMatchObject({ within: ['emb', '0', '1'], budget: { emb: '10%', '0': 40 } });
  });

  it('has as many entries by default as its layers have room for', () => {
    expect(resolved('within: ["0"]').select.k).toBeLessThanOrEqual(300);
  });

  it.each([
    [
      'k: 10\nbudget:\n  emb: 5\n  head: 3',
      'r.sft.yaml:8',
      /select\.budget has the name "head"\. Give emb, pooler/,
    ],
    ['k: 10\nbudget: { emb: 0.5 }', 'r.sft.yaml:6', /emb must be/],
    ['k: 10\nbudget: { emb: ten }', 'r.sft.yaml:6', /a share of k such as 10%/],
    ['k: 10\nbudget:\n  0-3: 5\n  2: 3', 'r.sft.yaml:7', /layer 2 in two groups/],
    ['k: 10\nbudget:\n  3-0: 5', 'r.sft.yaml:7', /runs backwards/],
    ['k: 10\nwithin: [0-3]\nbudget: { 2-4: 5 }', 'r.sft.yaml:7', /select\.within leaves out/],
    ['k: 10\nbudget: { emb: 70%, 1: 40% }', 'r.sft.yaml:6', /110 % together/],
    ['k: 10\nbudget: { emb: 11 }', 'r.sft.yaml:6', /gives away 11 entries, but the mask has 10/],
    ['k: 600\nbudget:\n  emb: 1\n  0: 50%\n  1: 250', 'r.sft.yaml:9', /250 entries to 1, where 200 may/],
    ['k: 10\nbudget:\n  7: 1', 'r.sft.yaml:7', /Name layers that the base has/],
    ['k: 10\nwithin: ["0", "9"]', 'r.sft.yaml:6', /names layer 9, of which nothing may be in a mask/],
    ['k: 301\nwithin: ["0"]', 'r.sft.yaml:6', /asks for 301 parameters, .* room for 300/],
    ['k: 600\nbudget: { emb: 0, 0: 10 }', 'r.sft.yaml:6', /leaves 590 entries .* where 200 may/],
  ])('with a budget that cannot be says so, and where: %s', (select, place, says) => {
    let told: string;
    const [first] = checkRecipe(recipe(select), 'r.sft.yaml');
    if (first !== undefined)
      told = `r.sft.yaml:${first.start.line} ${first.problem.what} ${first.problem.advice}`;
    else {
      try {
        resolved(select);
        told = 'nothing is wrong';
      } catch (error) {
        const { place: at, problem } = error as UserError;
        told = `${at?.file}:${at?.line} ${problem.what} ${problem.advice}`;
      }
    }
    expect(told).toContain(place);
    expect(told).toMatch(says);
  });
});
