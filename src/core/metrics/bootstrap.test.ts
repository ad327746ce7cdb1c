import { describe, expect, it } from 'vitest';
import { normal, uniform } from '../random.ts';
import { bootstrapInterval } from './bootstrap.ts';
import { sumCounts } from './counts.ts';
import { meanLossOf, perplexityOf } from './languageModel.ts';
import { spanF1Of } from './spans.ts';
import { accuracyOf } from './tagging.ts';

/** A population of units: how one is drawn, and the metric's true value. */
interface Population {
  name: string;
  truth: number;
  score: (sums: ArrayLike<number>) => number;
  unit: (world: number, index: number) => number[];
}

function binomial(n: number, p: number, uniformAt: (i: number) => number): number {
  let successes = 0;
  for (let i = 0; i < n; i++) if (uniformAt(i) < p) successes++;
  return successes;
}

const populations: Population[] = [
  {
    name: 'accuracy, sentences of 1 to 10 words, easy and hard ones',
    truth: 0.825,
    score: accuracyOf,
    unit: (world, index) => {
      const words = 1 + Math.floor(uniform(world, index, 1) * 10);
      const p = 0.7 + 0.25 * uniform(world, index, 2);
      return [binomial(words, p, (i) => uniform(world, index, 3, i)), words];
    },
  },
  {
    name: 'span F1, sentences of 0 to 4 spans',
    truth: 0.7,
    score: spanF1Of,
    unit: (world, index) => {
      const gold = Math.floor(uniform(world, index, 1) * 5);
      const correct = binomial(gold, 0.7, (i) => uniform(world, index, 2, i));
      return [correct, correct + binomial(2, 0.3, (i) => uniform(world, index, 3, i)), gold];
    },
  },
  {
    name: 'mean loss, blocks of 10 to 30 masked pieces',
    truth: Math.exp(0.3 ** 2 / 2),
    score: meanLossOf,
    unit: (world, index) => {
      const count = 10 + Math.floor(uniform(world, index, 1) * 21);
      return [count * Math.exp(0.3 * normal(world, index)), count];
    },
  },
];

const draw = ({ unit }: Population, world: number, size: number): Float64Array[] =>
  Array.from({ length: size }, (_, index) => Float64Array.from(unit(world, index)));

describe('bootstrap interval', () => {
  it.each(populations)('covers the true value in 93 to 97 % of samples of 100: $name', (population) => {
    const { score, truth } = population;
    const worlds = 1200;
    let covered = 0;
    for (let world = 1; world <= worlds; world++) {
      const units = draw(population, world, 100);
      const { low, high } = bootstrapInterval(units, score, { seed: world, samples: 99 });
      if (low <= truth && truth <= high) covered++;
    }
    expect(covered / worlds).toBeGreaterThanOrEqual(0.93);
    expect(covered / worlds).toBeLessThanOrEqual(0.97);
  });

  const units = draw(populations[0], 7, 200);

  it('is the same for the same seed, and another for another', () => {
    const interval = bootstrapInterval(units, accuracyOf, { seed: 1 });
    expect(bootstrapInterval(units, accuracyOf, { seed: 1 })).toEqual(interval);
    expect(bootstrapInterval(units, accuracyOf, { seed: 2 })).not.toEqual(interval);
  });

  it('holds the value of the sample, and grows with the level', () => {
    const value = accuracyOf(sumCounts(units, 2));
    const wide = bootstrapInterval(units, accuracyOf, { seed: 1, level: 0.99 });
    const narrow = bootstrapInterval(units, accuracyOf, { seed: 1, level: 0.5 });
    expect(narrow.low).toBeLessThan(value);
    expect(narrow.high).toBeGreaterThan(value);
    expect(wide.low).toBeLessThan(narrow.low);
    expect(wide.high).toBeGreaterThan(narrow.high);
  });

  it('is a point where all units agree', () => {
    const same = Array.from({ length: 5 }, () => [1, 3]);
    expect(bootstrapInterval(same, accuracyOf, { seed: 1 })).toEqual({ low: 1 / 3, high: 1 / 3 });
  });

  it('leaves out resamples without a value', () => {
    const rare = [[1, 1], ...Array.from({ length: 9 }, () => [0, 0])];
    expect(bootstrapInterval(rare, accuracyOf, { seed: 1 })).toEqual({ low: 1, high: 1 });
    expect(bootstrapInterval([[0, 0]], accuracyOf, { seed: 1 }).low).toBeNaN();
    expect(bootstrapInterval([], accuracyOf, { seed: 1 }).high).toBeNaN();
  });

  it('can be infinite', () => {
    expect(bootstrapInterval([[1e9, 1]], perplexityOf, { seed: 1 }).high).toBe(Number.POSITIVE_INFINITY);
  });

  it('refuses rows of unequal length', () => {
    expect(() => bootstrapInterval([[1, 1], [1]], accuracyOf, { seed: 1 })).toThrow(RangeError);
  });
});
