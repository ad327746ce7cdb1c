import { describe, expect, it } from 'vitest';
import { newPredictor } from '../../src/training/predictor.ts';
import { newWeights } from '../../src/training/weights.ts';
import { engines } from '../support/engines.ts';
import { hasOracle } from '../support/oracle.ts';
import { examplesOf } from '../support/oracleBatches.ts';
import { oracleTensors } from '../support/oracleFiles.ts';
import { oracleModel } from '../support/oracleModel.ts';

describe.skipIf(!hasOracle)('a parser says what the reference says', () => {
  for (const engine of engines) {
    it(
      `scores of arcs, and relations to any heads, on the engine ${engine.name}`,
      { timeout: engine.patience },
      async () => {
        const { model, parameters, packing } = await oracleModel('biaffine', false);
        const frozen = new Map([...parameters.keys()].map((name) => [name, 'frozen'] as const));
        const weights = newWeights(parameters, frozen, model.config, []);
        const tensors = await oracleTensors('forward.safetensors');
        const examples = examplesOf(tensors, 'biaffine.');
        const arcs = tensors.get('biaffine.arc_scores')!;
        const rels = tensors.get('biaffine.rel_scores')!;
        const [, length, width] = arcs.shape;
        const labels = rels.shape[3];
        const predictor = newPredictor({ engine, model, packing, labels, microTokens: 16 });
        const wordsOf = (e: number) => examples[e].words!.length - 1;
        // Every word at the root, and each word's neighbour.
        const choices = (e: number) => [0, 1].map((head) => new Int32Array(wordsOf(e)).fill(head));
        const parses = await predictor.parse(weights, examples, (e, scores) => {
          const words = wordsOf(e);
          expect(scores).toHaveLength(words * (words + 1));
          scores.forEach((score, i) => {
            const [word, head] = [Math.floor(i / (words + 1)), i % (words + 1)];
            const wanted = arcs.values[(e * length + word) * width + head];
            expect(Math.abs(score - wanted), `${e} ${word} ${head}`).toBeLessThan(engine.tolerances.score);
          });
          return choices(e);
        });
        parses.forEach((sets, e) => {
          sets.forEach(({ heads, relations }) => {
            relations.forEach((relation, word) => {
              const at = ((e * length + word) * width + heads[word]) * labels;
              const row = Array.from(rels.values.subarray(at, at + labels));
              expect(row[relation]).toBe(Math.max(...row));
            });
          });
        });
        expect(parses.flat().flatMap(({ relations }) => [...relations]).length).toBeGreaterThan(20);
        await predictor.release();
      },
    );
  }
});
