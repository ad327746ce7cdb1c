import * as fc from 'fast-check';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../../test/support/files.ts';
import { fuzzRuns, mutations } from '../../../test/support/mutate.ts';
import type { Prediction } from '../../training/predictions.ts';
import { predictionCache } from './predictionCache.ts';

const number = fc.oneof(fc.integer({ min: -1, max: 2 ** 31 - 1 }), fc.double({ noNaN: true }));
const anyPredictions = fc
  .dictionary(fc.nat(500).map(String), fc.array(number, { maxLength: 6 }), { maxKeys: 20 })
  .map(
    (entries) =>
      new Map(Object.entries(entries).map(([e, numbers]) => [Number(e), Float64Array.from(numbers)])),
  );

const ordered = (predictions: ReadonlyMap<number, Prediction>) => [...predictions].sort(([a], [b]) => a - b);

test('what was written is read, to the bit', async () => {
  const cache = predictionCache(temporaryFolder());
  await fc.assert(
    fc.asyncProperty(anyPredictions, async (predictions) => {
      await cache.write('key', predictions);
      expect(ordered(await cache.read('key'))).toEqual(ordered(predictions));
    }),
    { numRuns: 100 },
  );
  expect(await cache.read('other')).toEqual(new Map());
});

test('a damaged file is read as it was written, or not at all', async () => {
  const folder = temporaryFolder();
  const cache = predictionCache(folder);
  const predictions = new Map([
    [3, Float64Array.of(1, 2, -1)],
    [7, Float64Array.of(0.5)],
  ]);
  await cache.write('key', predictions);
  const file = join(folder, readdirSync(folder)[0]);
  const outcomes = { whole: 0, none: 0 };
  await fc.assert(
    fc.asyncProperty(mutations(readFileSync(file)), async (bytes) => {
      writeFileSync(file, bytes);
      const found = await cache.read('key');
      if (found.size === 0) outcomes.none++;
      else {
        expect(ordered(found)).toEqual(ordered(predictions));
        outcomes.whole++;
      }
    }),
    { numRuns: fuzzRuns },
  );
  expect(outcomes.none).toBeGreaterThan(0);
});

test('a file under the name of another key is not taken', async () => {
  const folder = temporaryFolder();
  const cache = predictionCache(folder);
  await cache.write('one', new Map([[0, Float64Array.of(1)]]));
  const [name] = readdirSync(folder);
  writeFileSync(join(folder, name.replace('one', 'two')), readFileSync(join(folder, name)));
  expect((await cache.read('two')).size).toBe(0);
});
