import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { batchesAnEpoch, countedExamples, mixedBatchAt } from './mixedSchedule.ts';

it('goes through each source as often as it repeats, in batches of one source each', () => {
  const source = fc.record({
    examples: fc.integer({ min: 1, max: 30 }),
    repeat: fc.integer({ min: 1, max: 3 }),
  });
  fc.assert(
    fc.property(
      fc.array(source, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 9 }),
      fc.nat(1000),
      fc.nat(2),
      (sources, batchSize, seed, epoch) => {
        const schedule = { sources, batchSize, seed };
        const perEpoch = batchesAnEpoch(schedule);
        const seen = sources.map(({ examples }) => new Int32Array(examples));
        for (let i = 0; i < perEpoch; i++) {
          const { source: from, indices } = mixedBatchAt(schedule, 1, epoch * perEpoch + i);
          expect(indices.length).toBeLessThanOrEqual(batchSize);
          for (const index of indices) seen[from][index]++;
        }
        seen.forEach((counts, i) => {
          for (const count of counts) expect(count).toBe(sources[i].repeat);
        });
      },
    ),
  );
});

it('mixes the sources, in another order each epoch', () => {
  const schedule = {
    sources: [
      { examples: 40, repeat: 1 },
      { examples: 40, repeat: 1 },
    ],
    batchSize: 4,
    seed: 5,
  };
  const order = (epoch: number) =>
    Array.from({ length: 20 }, (_, i) => mixedBatchAt(schedule, 0, epoch * 20 + i).source).join('');
  expect(order(0)).not.toBe(order(1));
  expect(order(0)).toMatch(/010|101/);
});

it('counts as many examples as fill the batches of an epoch, and those of one source as they are', () => {
  const languages = Array.from({ length: 30 }, () => ({ examples: 100, repeat: 1 }));
  expect(countedExamples({ examples: 3000, sources: languages }, 32)).toBe(120 * 32);
  expect(countedExamples({ examples: 17 }, 8)).toBe(17);
  expect(countedExamples({ examples: 17, sources: [{ examples: 17, repeat: 1 }] }, 8)).toBe(17);
  expect(countedExamples({ examples: 34, sources: [{ examples: 17, repeat: 2 }] }, 8)).toBe(6 * 8);
});
