import type { Parameter } from '../../src/core/parameters.ts';
import type { PackingOptions } from '../../src/data/packing.ts';
import { buildModel } from '../../src/model/buildModel.ts';
import type { Head } from '../../src/model/heads/head.ts';
import { biaffine } from '../../src/model/heads/biaffine.ts';
import { maskedLanguageModelling } from '../../src/model/heads/maskedLanguageModelling.ts';
import { questionAnswering } from '../../src/model/heads/questionAnswering.ts';
import { sequenceClassification } from '../../src/model/heads/sequenceClassification.ts';
import { tokenClassification } from '../../src/model/heads/tokenClassification.ts';
import type { GraphModel } from '../../src/model/stepProgram.ts';
import { graphModel, packingOptions } from '../../src/training/graphModel.ts';
import { oracleTensors, parametersOf, tinyConfig } from './oracleFiles.ts';

export const HEADS: Record<string, (untied: boolean) => Head> = {
  mlm: maskedLanguageModelling,
  'token-classification': () => tokenClassification,
  'sequence-classification': () => sequenceClassification,
  'question-answering': () => questionAnswering,
  biaffine: () => biaffine,
};

/** The oracle's encoder with one of its heads. */
export async function oracleModel(
  headName: string,
  untied: boolean,
): Promise<{ model: GraphModel; parameters: Map<string, Parameter>; packing: PackingOptions }> {
  const config = tinyConfig();
  const head = HEADS[headName](untied);
  const base = new Map([
    ...parametersOf(await oracleTensors('tiny-bert/model.safetensors'), 'bert.'),
    ...parametersOf(await oracleTensors(`tiny-bert/head-${headName}.safetensors`)),
  ]);
  const labels =
    base.get('classifier.bias')?.values.length ??
    base.get('biaffine_rels.weight')?.shape[0] ??
    config.vocabSize;
  const parameters = buildModel(base, { config, head, labels, seed: 1 });
  return { model: graphModel(parameters, config, head), parameters, packing: packingOptions(config, head) };
}
