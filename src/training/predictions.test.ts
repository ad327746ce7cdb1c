import { describe, expect, it } from 'vitest';
import type { Example } from '../data/example.ts';
import { NO_PREDICTION, predictClasses, predictTags } from './predictions.ts';
import type { Predictor } from './predictor.ts';
import type { Weights } from './weights.ts';

const example: Example = { ids: Int32Array.of(2, 5, 6, 3), labels: Int32Array.of(0) };
const weights: Weights = {
  originals: new Map(),
  roles: new Map(),
  lent: new Map(),
  arrays: new Map(),
  tables: new Map(),
  dense: new Set(),
};

const none = (): Promise<never> => Promise.reject(new Error('not asked for here'));

/** A model that gives these scores at each of the first pieces. */
function giving(...rows: readonly (readonly number[])[]): Predictor {
  return {
    async logits(_weights, examples, visit) {
      examples.forEach((_, e) => rows.forEach((row, piece) => visit(e, piece, Float32Array.from(row))));
    },
    labelLosses: none,
    parse: none,
    async release() {},
  };
}

describe('what a model says', () => {
  it('is the label with the largest score, the first of equal ones, and none where a score is no number', async () => {
    const predictor = giving([1, 3, 3], [-1, -2, -3], [Number.NaN, 5, 1], [1, Infinity, Number.NaN]);
    const positions = Int32Array.of(0, 1, 2, 3, -1);
    const words = [{ sentence: 0, words: positions, gold: positions, positions }];
    const data = { examples: [example], words };
    const [tags] = await predictTags(predictor, weights, data, [0]);
    expect([...tags]).toEqual([1, 0, NO_PREDICTION, NO_PREDICTION, NO_PREDICTION]);
    expect(await predictClasses(giving([Number.NaN, 1]), weights, [example], [0])).toEqual([
      Float64Array.of(NO_PREDICTION),
    ]);
  });
});
