import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spanF1Of } from '../metrics/spans.ts';
import { accuracyOf, macroF1Of } from '../metrics/tagging.ts';
import { hash32, normal, uniform } from '../random.ts';
import { type CountTable, countTable } from './countTable.ts';
import { holm } from './holm.ts';
import { differenceInterval, systemInterval } from './intervals.ts';
import { normalCdf, normalQuantile } from './normalDistribution.ts';
import { pairedRandomisation, resamplesFor } from './randomisation.ts';
import { seedSpread, withSeeds } from './resampling.ts';
import {
  bySeed,
  figureOf,
  meanAndDeviation,
  type Score,
  singleSystem,
  type SystemCounts,
} from './systems.ts';

/** How one model of a world does on one unit; `model` and `stream` decide its noise, the unit how hard it is. */
type Unit = (world: number, unit: number, model: number, shift?: number) => number[];

const WORDS = 5;
/** Right words of five; the true accuracy is 0.75. */
const accuracyUnit: Unit = (world, unit, model, shift = 0) => {
  const p = 0.75 + shift + 0.1 * normal(world, 1, unit);
  let right = 0;
  for (let word = 0; word < WORDS; word++) if (uniform(hash32(world, model), unit, word) < p) right++;
  return [right, WORDS];
};
const spanUnit: Unit = (world, unit, model) => {
  const gold = Math.floor(uniform(world, unit, 2) * 5);
  const seed = hash32(world, model);
  let correct = 0;
  for (let i = 0; i < gold; i++) if (uniform(seed, unit, i) < 0.7) correct++;
  return [correct, correct + (uniform(seed, unit, 9) < 0.4 ? 1 : 0), gold];
};
/** One label of three a unit, with its chance of being taken for the next one. */
const classUnit: Unit = (world, unit, model) => {
  const counts = Array.from({ length: 9 }, () => 0);
  const gold = uniform(world, unit, 3) < 0.6 ? 0 : uniform(world, unit, 4) < 0.7 ? 1 : 2;
  const predicted = uniform(hash32(world, model), unit) < 0.7 ? gold : (gold + 1) % 3;
  if (gold === predicted) counts[3 * gold]++;
  counts[3 * predicted + 1]++;
  counts[3 * gold + 2]++;
  return counts;
};

const rareUnit: Unit = (world, unit) => [uniform(world, unit) < 0.95 ? 1 : 0, 1];

const covers = ({ low, high }: { low: number; high: number }, truth: number): boolean =>
  low <= truth && truth <= high;

const table = (unit: Unit, world: number, model: number, units = 100, shift = 0): CountTable =>
  countTable(Array.from({ length: units }, (_, u) => unit(world, u, model, shift)));
const system = (...args: Parameters<typeof table>): SystemCounts => [[table(...args)]];

/** Share of worlds, counted from 1, of which something is true. */
function share(worlds: number, isTrue: (world: number) => boolean): number {
  let count = 0;
  for (let world = 1; world <= worlds; world++) if (isTrue(world)) count++;
  return count / worlds;
}

/** How often an interval of 95 % of a rare error lies below the truth. */
const miss = (method: 'percentile' | 'bca') =>
  share(600, (world) => {
    const options = { seed: world, samples: 499, method };
    return systemInterval(system(rareUnit, world, 1), accuracyOf, options).high < 0.95;
  });

/** Several models of one way of training, whose true accuracies differ with this deviation. */
const seedsOfOneWay = (world: number, seeds: number, deviation: number, way: number): SystemCounts => [
  Array.from({ length: seeds }, (_, seed) => {
    const model = 100 * way + seed;
    return table(accuracyUnit, world, model, 100, deviation * normal(world, 5, model));
  }),
];

const compared = (a: SystemCounts, b: SystemCounts) => () =>
  pairedRandomisation(a, b, accuracyOf, { seed: 1, resamples: 10 });

describe('paired approximate randomisation', () => {
  it('agrees with all swaps, for few units', () => {
    const count = fc.nat(4);
    const unit = fc.tuple(count, count, fc.integer({ min: 4, max: 6 }));
    fc.assert(
      fc.property(fc.array(unit, { minLength: 1, maxLength: 8 }), (units) => {
        const ours = units.map(([a, , words]) => [a, words]);
        const other = units.map(([, b, words]) => [b, words]);
        const words = units.reduce((sum, [, , n]) => sum + n, 0);
        const differences = units.map(([a, b]) => a - b);
        const whole = Math.abs(differences.reduce((sum, d) => sum + d, 0));
        let asLarge = 0;
        for (let swap = 0; swap < 2 ** units.length; swap++) {
          const sum = differences.reduce((total, d, i) => total + ((swap >> i) & 1 ? d : -d), 0);
          if (Math.abs(sum) >= whole) asLarge++;
        }
        const { p, difference } = pairedRandomisation(singleSystem(ours), singleSystem(other), accuracyOf, {
          seed: 1,
        });
        expect(difference).toBeCloseTo(differences.reduce((sum, d) => sum + d, 0) / words, 12);
        expect(Math.abs(p - asLarge / 2 ** units.length)).toBeLessThan(0.03);
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    ['accuracy', accuracyUnit, accuracyOf, 10_000],
    ['span F1', spanUnit, spanF1Of, 6_000],
    ['macro-F1', classUnit, macroF1Of, 6_000],
  ] as [string, Unit, Score, number][])(
    'finds a difference of %s where there is none in at most 5.5 % of cases, and not far fewer',
    (_, unit, score, worlds) => {
      const found = share(worlds, (world) => {
        const [ours, other] = [system(unit, world, 1), system(unit, world, 2)];
        return pairedRandomisation(ours, other, score, { seed: world, resamples: 99 }).p <= 0.05;
      });
      expect(found).toBeLessThanOrEqual(0.055);
      expect(found).toBeGreaterThan(0.035);
    },
  );

  it.each([
    [3, 0],
    [3, 0.03],
    [5, 0.01],
  ])('keeps that with %d seeds that differ by %d', (seeds, deviation) => {
    const found = share(2000, (world) => {
      const [ours, other] = [1, 2].map((way) => seedsOfOneWay(world, seeds, deviation, way));
      return pairedRandomisation(ours, other, accuracyOf, { seed: world, resamples: 99 }).p <= 0.05;
    });
    expect(found).toBeLessThanOrEqual(0.055);
  });

  it('takes other numbers for the seeds of each test, whatever it starts from', () => {
    // One row of a table beside another: with the same numbers both would be too lenient, or too strict, alike.
    const numbers = [0.75, 0.76].map((figure) => {
      const spread = seedSpread([0.7, 0.72, figure], []);
      const drawn = (sample: number) => withSeeds(0, spread, 1, sample) / spread.error;
      return Array.from({ length: 5 }, (_, sample) => drawn(sample).toPrecision(6));
    });
    expect(numbers[0]).toEqual([...new Set(numbers[0])]);
    expect(numbers[0].filter((number) => numbers[1].includes(number))).toEqual([]);
  });

  it('finds differences that are there', () => {
    const found = share(200, (world) => {
      const [ours, other] = [system(accuracyUnit, world, 1, 100, 0.08), system(accuracyUnit, world, 2)];
      return pairedRandomisation(ours, other, accuracyOf, { seed: world, resamples: 99 }).p <= 0.05;
    });
    expect(found).toBeGreaterThan(0.8);
  });

  it('is sure of nothing where both do the same, and does not know where nothing was counted', () => {
    const same = system(accuracyUnit, 1, 1);
    expect(pairedRandomisation(same, same, accuracyOf, { seed: 1, resamples: 50 }).p).toBe(1);
    const none = singleSystem([[0, 0]]);
    expect(pairedRandomisation(none, none, accuracyOf, { seed: 1 }).p).toBeNaN();
  });

  it('depends on its seed alone', () => {
    const [ours, other] = [system(accuracyUnit, 1, 1), system(accuracyUnit, 1, 2)];
    const test = (seed: number) => pairedRandomisation(ours, other, accuracyOf, { seed, resamples: 500 }).p;
    expect(test(1)).toBe(test(1));
    expect(test(1)).not.toBe(test(2));
  });

  it('refuses other units, files and seeds', () => {
    const [one, two] = [system(accuracyUnit, 1, 1, 10), system(accuracyUnit, 1, 2, 11)];
    expect(compared(one, two)).toThrow(RangeError);
    expect(compared([...one, ...one], one)).toThrow(RangeError);
    expect(compared(seedsOfOneWay(1, 2, 0, 1), seedsOfOneWay(1, 3, 0, 2))).toThrow(RangeError);
  });

  it('takes enough resamples for a family', () => {
    expect([1, 25, 26].map(resamplesFor)).toEqual([10_000, 10_000, 10_400]);
  });
});

describe("Holm's family", () => {
  it('is that of the textbook', () => {
    const adjusted = holm([0.01, 0.04, 0.03, 0.005, Number.NaN]);
    [0.03, 0.06, 0.06, 0.02].forEach((p, i) => expect(adjusted[i]).toBeCloseTo(p, 12));
    expect(adjusted[4]).toBeNaN();
    expect(holm([0.6, 0.7])).toEqual([1, 1]);
  });

  it('has a false claim in at most 5.5 % of families, whether or not others are true', () => {
    for (const better of [0, 2]) {
      const found = share(1500, (world) => {
        const first = system(accuracyUnit, world, 0);
        const ps = Array.from({ length: 5 }, (_, i) => {
          const one = system(accuracyUnit, world, i + 1, 100, i < better ? 0.15 : 0);
          return pairedRandomisation(one, first, accuracyOf, { seed: hash32(world, i), resamples: 199 }).p;
        });
        return holm(ps).some((p, i) => i >= better && p <= 0.05);
      });
      expect(found).toBeLessThanOrEqual(0.055);
    }
  });
});

describe('bootstrap intervals', () => {
  it.each(['percentile', 'bca'] as const)('of one system cover in 93 to 97 % of cases: %s', (method) => {
    const covered = share(1500, (world) =>
      covers(
        systemInterval(system(accuracyUnit, world, 1), accuracyOf, { seed: world, samples: 199, method }),
        0.75,
      ),
    );
    expect(covered).toBeGreaterThanOrEqual(0.93);
    expect(covered).toBeLessThanOrEqual(0.97);
  });

  it('of a difference cover in 93 to 97 % of cases', () => {
    const covered = share(1500, (world) => {
      const [ours, other] = [system(accuracyUnit, world, 1, 100, 0.05), system(accuracyUnit, world, 2)];
      return covers(differenceInterval(ours, other, accuracyOf, { seed: world, samples: 199 }), 0.05);
    });
    expect(covered).toBeGreaterThanOrEqual(0.93);
    expect(covered).toBeLessThanOrEqual(0.97);
  });

  it('of a macro-average over languages cover in 93 to 97 % of cases', () => {
    const shifts = [-0.2, -0.05, 0.1];
    const covered = share(1000, (world) => {
      const languages = shifts.map((shift, i) => [table(accuracyUnit, hash32(world, i), 1, 100, shift)]);
      const interval = systemInterval(languages, accuracyOf, { seed: world, samples: 199 });
      return covers(interval, 0.75 + -0.15 / 3);
    });
    expect(covered).toBeGreaterThanOrEqual(0.93);
    expect(covered).toBeLessThanOrEqual(0.97);
  });

  it('over seeds cover at least so often', () => {
    const covered = share(1000, (world) =>
      covers(
        systemInterval(seedsOfOneWay(world, 5, 0.03, 1), accuracyOf, { seed: world, samples: 199 }),
        0.75,
      ),
    );
    expect(covered).toBeGreaterThanOrEqual(0.93);
  });

  it('that are moved for skew miss more evenly where errors are few', () => {
    expect(Math.abs(miss('bca') - 0.025)).toBeLessThan(Math.abs(miss('percentile') - 0.025));
  });

  it('know no seeds of one full phase: forks of it are one model, their mean', () => {
    const runs = ['a', 'a', 'b'].map((seed, i) => ({ seed, counts: table(accuracyUnit, 1, i) }));
    const seeds = bySeed(runs);
    expect([...seeds.keys()]).toEqual(['a', 'b']);
    const forks: SystemCounts = [[...bySeed(runs.slice(0, 2)).values()]];
    expect(forks[0]).toHaveLength(1);
    const mean = (figureOf([[runs[0].counts]], accuracyOf) + figureOf([[runs[1].counts]], accuracyOf)) / 2;
    expect(figureOf(forks, accuracyOf)).toBeCloseTo(mean, 12);
  });

  it('pair a single model with each seed of another', () => {
    const seeds = seedsOfOneWay(1, 3, 0.02, 1);
    const base = system(accuracyUnit, 1, 7);
    const { low, high } = differenceInterval(seeds, base, accuracyOf, { seed: 1 });
    const difference = figureOf(seeds, accuracyOf) - figureOf(base, accuracyOf);
    expect(low).toBeLessThan(difference);
    expect(high).toBeGreaterThan(difference);
    expect(pairedRandomisation(seeds, base, accuracyOf, { seed: 1 }).difference).toBeCloseTo(difference, 12);
  });
});

it('mean and deviation over seeds', () => {
  expect(meanAndDeviation([1, 2, 3])).toEqual({ mean: 2, deviation: 1 });
  expect(meanAndDeviation([4])).toEqual({ mean: 4, deviation: Number.NaN });
});

it('the normal distribution and its quantiles', () => {
  expect(normalCdf(1.959_963_984_540_054)).toBeCloseTo(0.975, 12);
  expect(normalCdf(-9)).toBe(0);
  for (const p of [0.001, 0.025, 0.5, 0.9]) expect(normalCdf(normalQuantile(p))).toBeCloseTo(p, 12);
  expect(normalQuantile(1)).toBe(Number.POSITIVE_INFINITY);
});

const fileOf = (model: number, stream: number): CountTable[] => [table(accuracyUnit, 7, model + 10 * stream)];
const accuracyOn = (system: SystemCounts, file: number) => figureOf([system[file]], accuracyOf);
/** Of two files of one language and one of another. */
const overLanguages = (system: SystemCounts) =>
  (accuracyOn(system, 0) + accuracyOn(system, 1) + 2 * accuracyOn(system, 2)) / 4;

describe('files with weights', () => {
  const ours = [fileOf(1, 1), fileOf(1, 2), fileOf(1, 3)];
  const other = [fileOf(2, 1), fileOf(2, 2), fileOf(2, 3)];

  it('count as much as these say: in the figure, its interval, a difference and its test', () => {
    const weights = [0.5, 0.5, 1];
    expect(figureOf(ours, accuracyOf, weights)).toBeCloseTo(overLanguages(ours), 12);
    const options = { seed: 1, weights };
    expect(covers(systemInterval(ours, accuracyOf, options), overLanguages(ours))).toBe(true);
    const difference = overLanguages(ours) - overLanguages(other);
    expect(covers(differenceInterval(ours, other, accuracyOf, options), difference)).toBe(true);
    const tested = pairedRandomisation(ours, other, accuracyOf, { ...options, resamples: 99 });
    expect(tested.difference).toBeCloseTo(difference, 12);
  });

  it('that weigh nothing change nothing', () => {
    const resamples = 999;
    const weights = [0, 0, 1];
    const weighed = pairedRandomisation(ours, other, accuracyOf, { seed: 1, resamples, weights });
    const plain = pairedRandomisation([ours[2]], [other[2]], accuracyOf, { seed: 1, resamples });
    expect(weighed.difference).toBeCloseTo(plain.difference, 12);
    // Other draws of the same units.
    expect(weighed.p).toBeCloseTo(plain.p, 1);
  });
});
