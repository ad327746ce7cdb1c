import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/files.ts';
import { runOnnx } from '../../../test/support/runOnnx.ts';
import { tinyBertJson, randomParameters, writeConfig } from '../../../test/support/tinyModel.ts';
import type { Example } from '../../data/example.ts';
import { compiledEngine } from '../../engine/compiled/compiledEngine.ts';
import { readModelConfig } from '../../formats/modelFolder.ts';
import { buildModel } from '../../model/buildModel.ts';
import type { Head } from '../../model/heads/head.ts';
import { maskedLanguageModelling } from '../../model/heads/maskedLanguageModelling.ts';
import { questionAnswering } from '../../model/heads/questionAnswering.ts';
import { sequenceClassification } from '../../model/heads/sequenceClassification.ts';
import { tokenClassification } from '../../model/heads/tokenClassification.ts';
import { graphModel, packingOptions } from '../../training/graphModel.ts';
import { newPredictor } from '../../training/predictor.ts';
import { newWeights } from '../../training/weights.ts';
import { onnxGraph } from './onnxGraph.ts';
import { writeOnnx } from './writeOnnx.ts';

const bert = { ...tinyBertJson, max_position_embeddings: 12 };
const configs = {
  bert: { ...bert, pad_token_id: 0 },
  'xlm-roberta': { ...bert, model_type: 'xlm-roberta', type_vocab_size: 1, pad_token_id: 1 },
};
const heads: Record<string, Head> = {
  'token-classification': tokenClassification,
  'sequence-classification': sequenceClassification,
  'question-answering': questionAnswering,
  'mlm, tied': maskedLanguageModelling(false),
  'mlm, untied': maskedLanguageModelling(true),
};
const sequences = [
  [2, 5, 6, 7, 8, 9, 3],
  [2, 9, 8, 3],
];

describe('an ONNX model predicts as we do, for padded batches', () => {
  for (const [type, json] of Object.entries(configs)) {
    for (const [name, head] of Object.entries(heads)) {
      for (const inside of [undefined, 0]) {
        it(`${type}, ${name}, weights ${inside === 0 ? 'beside it' : 'in it'}`, async () => {
          const folder = temporaryFolder();
          writeConfig(folder, json);
          const config = readModelConfig(folder);
          const labels = name.startsWith('mlm') ? config.vocabSize : name.startsWith('q') ? 2 : 3;
          const parameters = buildModel(randomParameters(folder), { config, head, labels, seed: 3 });
          const external = await writeOnnx(folder, await onnxGraph(parameters, config, head), inside);
          expect(readdirSync(folder).includes('model.onnx_data')).toBe(external);
          expect(external).toBe(inside === 0);
          const batch = sequences.map((ids) => ({ ids }));
          const found = await runOnnx(join(folder, 'model.onnx'), batch, config.padTokenId);
          const length = sequences[0].length;

          const weights = newWeights(
            parameters,
            new Map([...parameters.keys()].map((key) => [key, 'frozen'] as const)),
            config,
            [],
          );
          const predictor = newPredictor({
            engine: compiledEngine({ threads: 1 }),
            model: graphModel(parameters, config, head),
            packing: packingOptions(config, head),
            labels,
            microTokens: 64,
          });
          let compared = 0;
          await predictor.logits(weights, sequences.map(exampleOf(head)), (e, piece, wanted) => {
            wanted.forEach((value, i) => {
              const position = e * length + piece;
              const own =
                head.reads === 'spans'
                  ? found[i === 0 ? 'start_logits' : 'end_logits'].data[position]
                  : found.logits.data[(head.reads === 'first' ? e : position) * labels + i];
              expect(Math.abs(own - value)).toBeLessThan(1e-5);
              compared++;
            });
          });
          expect(compared).toBe((head.reads === 'first' ? 2 : 11) * labels);
          await predictor.release();
        });
      }
    }
  }

  it('and without a head gives the states of the encoder', async () => {
    const folder = temporaryFolder();
    writeConfig(folder, configs.bert);
    await writeOnnx(folder, await onnxGraph(randomParameters(folder), readModelConfig(folder), undefined));
    const batch = sequences.map((ids) => ({ ids }));
    const { last_hidden_state: states } = await runOnnx(join(folder, 'model.onnx'), batch, 0);
    expect(states.dims).toEqual([2, 7, 4]);
    expect(states.data.every(Number.isFinite)).toBe(true);
  });
});

/** With a label at every piece, or one, or the ends of a span. */
function exampleOf(head: Head): (ids: number[]) => Example {
  return (ids) => ({
    ids: Int32Array.from(ids),
    labels: head.reads === 'labelled' ? new Int32Array(ids.length) : Int32Array.of(0, 1),
  });
}
