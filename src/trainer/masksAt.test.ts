import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { placeOf } from '../core/density.ts';
import { keepChanges, selectKept } from '../core/keptChanges.ts';
import type { Candidate } from '../core/selection.ts';
import type { Budget } from '../recipe/budget.ts';
import { masksAt } from './masksAt.ts';

const names = [
  'bert.embeddings.word_embeddings.weight',
  'bert.embeddings.LayerNorm.weight',
  'bert.encoder.layer.0.output.dense.weight',
  'bert.encoder.layer.0.output.dense.bias',
  'bert.encoder.layer.1.output.dense.weight',
];
const change = fc.constantFrom(0, 1, -1, 0.5, 2, 1e-9, -3);
const kept = fc
  .tuple(fc.tuple(...names.map(() => fc.array(change, { minLength: 1, maxLength: 60 }))), fc.nat(200))
  .map(([arrays, most]) => {
    const all = arrays.map((values, i): Candidate => ({
      name: names[i],
      size: values.length,
      values: Float32Array.from(values),
      originals: new Float32Array(values.length),
    }));
    return keepChanges(all, most);
  });

it('counts, for every size, what a selection of it chooses', () => {
  fc.assert(
    fc.property(kept, fc.array(fc.nat(250), { minLength: 1, maxLength: 6 }), (full, sizes) => {
      masksAt(full, sizes).forEach(({ k, threshold, uncertain, places }, n) => {
        const { mask, count, threshold: direct } = selectKept(full, k);
        expect([k, threshold]).toEqual([sizes[n], direct]);
        expect(uncertain).toBe(Math.max(0, Math.min(k, full.moved) - count));
        for (const { row, column, entries } of places) {
          const here = [...mask].filter(([name]) => {
            const place = placeOf(name);
            return place.row === row && place.column === column;
          });
          expect(entries).toBe(here.reduce((sum, [, { length }]) => sum + length, 0));
        }
      });
    }),
    { numRuns: 150 },
  );
});

it('counts within layers and with their budget, as the run itself chooses', () => {
  fc.assert(
    fc.property(kept, fc.nat(60), fc.nat(30), (full, k, emb) => {
      const budget: Budget = { emb };
      const [found] = masksAt(full, [k + emb], { budget, within: ['emb', '1'] });
      const of = (row: string) => full.parameters.filter(({ name }) => placeOf(name).row === row);
      const sum = (row: string) =>
        found.places.reduce((all, place) => (place.row === row ? all + place.entries : all), 0);
      expect(sum('emb')).toBe(selectKept({ parameters: of('emb') }, emb).count);
      expect(sum('0')).toBe(0);
      expect(sum('1')).toBe(selectKept({ parameters: of('1') }, k).count);
    }),
    { numRuns: 100 },
  );
});
