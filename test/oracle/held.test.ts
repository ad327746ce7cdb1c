import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { applySfts, applySftsInPlace, type Term } from '../../src/core/composition.ts';
import type { Parameter } from '../../src/core/parameters.ts';
import { NO_LABEL } from '../../src/data/example.ts';
import { readSft } from '../../src/formats/sftFile.ts';
import { newPredictor } from '../../src/training/predictor.ts';
import { newWeights } from '../../src/training/weights.ts';
import { engines } from '../support/engines.ts';
import { hasOracle, oracle } from '../support/oracle.ts';
import { examplesOf } from '../support/oracleBatches.ts';
import { oracleJson, oracleTensors, parametersOf } from '../support/oracleFiles.ts';
import { oracleModel } from '../support/oracleModel.ts';

const runs = ['ltsft-tagging', 'ltsft-tagging-l1', 'ltsft-mlm', 'ltsft-mlm-l1', 'ltsft-iterations'];
const parser = 'ltsft-source-language';

async function term(file: string): Promise<Term> {
  return { sft: (await readSft(join(oracle, file))).sft, coefficient: 1 };
}

/** The oracle's model of a head, with these SFTs added as the reference adds them: one after the other, the head with the task's. */
async function composed(head: string, untied: boolean, files: readonly string[]) {
  const { model, parameters, packing } = await oracleModel(head, untied);
  for (const [i, file] of files.entries())
    applySftsInPlace(parameters, [await term(file)], i === 0 ? {} : { headFrom: 'none' });
  const frozen = new Map([...parameters.keys()].map((name) => [name, 'frozen'] as const));
  return { model, packing, weights: newWeights(parameters, frozen, model.config, []) };
}

describe.skipIf(!hasOracle)('base and SFT say of a held batch what the reference says', () => {
  for (const engine of engines) {
    for (const run of runs.filter((name) => existsSync(join(oracle, name, 'held.safetensors')))) {
      it(`${run} on the engine ${engine.name}`, { timeout: engine.patience }, async () => {
        const { head } = oracleJson<{ head: string }>(`${run}/log.json`);
        const held = await oracleTensors(`${run}/held.safetensors`);
        const examples = examplesOf(held, '');
        const wanted = held.get('sft.logits')!;
        const columns = wanted.shape.at(-1)!;
        const { model, packing, weights } = await composed(head, true, [`${run}/sft.safetensors`]);
        const predictor = newPredictor({ engine, model, packing, labels: columns, microTokens: 24 });
        const length = wanted.shape.length === 3 ? wanted.shape[1] : 1;
        let seen = 0;
        await predictor.logits(weights, examples, (example, piece, logits) => {
          const at = (example * length + (length === 1 ? 0 : piece)) * columns;
          logits.forEach((logit, i) => {
            const value = wanted.values[at + i];
            expect(Math.abs(logit - value), `${example} ${piece} ${i}`).toBeLessThan(
              engine.tolerances.score * Math.max(1, Math.abs(value)),
            );
          });
          seen++;
        });
        const labelled = examples.flatMap(({ labels }) => [...labels].filter((label) => label !== NO_LABEL));
        expect(seen).toBe(labelled.length);
        let sum = 0;
        await predictor.labelLosses(weights, examples, (example, piece, loss, likeliest) => {
          const at = (example * length + (length === 1 ? 0 : piece)) * columns;
          const row = wanted.values.subarray(at, at + columns);
          sum += loss;
          expect(row[likeliest]).toBeCloseTo(Math.max(...row), 4);
        });
        expect(Math.abs(sum / labelled.length - held.get('sft.loss')!.values[0])).toBeLessThan(
          engine.tolerances.loss,
        );
        await predictor.release();
      });
    }

    it(
      `a parser, with and without languages' SFTs, on the engine ${engine.name}`,
      {
        timeout: engine.patience,
      },
      async () => {
        const held = await oracleTensors(`${parser}/held.safetensors`);
        const examples = examplesOf(held, '');
        const compositions = {
          base: [],
          task: ['sft'],
          a_task: ['sft', 'language-a'],
          b_task: ['sft', 'language-b'],
        };
        for (const [name, sfts] of Object.entries(compositions)) {
          const arcs = held.get(`${name}.arc_scores`)!;
          const relations = held.get(`${name}.rel_scores`)!;
          const [, length, width] = arcs.shape;
          const labels = relations.shape[3];
          const { model, packing, weights } = await composed(
            'biaffine',
            false,
            sfts.map((file) => `${parser}/${file}.safetensors`),
          );
          const predictor = newPredictor({ engine, model, packing, labels, microTokens: 24 });
          const parses = await predictor.parse(weights, examples, (e, scores) => {
            const words = examples[e].words!.length - 1;
            scores.forEach((score, i) => {
              const [word, head] = [Math.floor(i / (words + 1)), i % (words + 1)];
              const value = arcs.values[(e * length + word) * width + head];
              expect(Math.abs(score - value), `${name} ${e} ${word} ${head}`).toBeLessThan(
                engine.tolerances.score * Math.max(1, Math.abs(value)),
              );
            });
            return [0, 1].map((head) => new Int32Array(words).fill(head));
          });
          for (const [e, sets] of parses.entries())
            for (const { heads, relations: found } of sets)
              found.forEach((relation, word) => {
                const at = ((e * length + word) * width + heads[word]) * labels;
                const row = Array.from(relations.values.subarray(at, at + labels));
                expect(row[relation], `${name} ${e} ${word}`).toBe(Math.max(...row));
              });
          await predictor.release();
        }
      },
    );
  }
});

describe.skipIf(!hasOracle)('taking an SFT back', () => {
  it('is as exact as the reference says that its own way is', async () => {
    const { max_abs_error_of_bert_params: reference } = oracleJson<{ max_abs_error_of_bert_params: number }>(
      `${parser}/revert.json`,
    );
    const start = parametersOf(await oracleTensors('tiny-bert/model.safetensors'), 'bert.');
    const { sft } = await term(`${parser}/language-a.safetensors`);
    const there = applySfts(start, [{ sft, coefficient: 1 }], { headFrom: 'none' });
    const changed = new Map<string, Parameter>([...start, ...there]);
    const back = applySfts(changed, [{ sft, coefficient: -1 }], { headFrom: 'none' });
    let worst = 0;
    for (const [name, { values }] of back)
      values.forEach((value, i) => {
        worst = Math.max(worst, Math.abs(value - start.get(name)!.values[i]));
      });
    expect(worst).toBeGreaterThan(0);
    expect(worst).toBeLessThanOrEqual(2 * reference);
  });
});
