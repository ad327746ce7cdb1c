import { join } from 'node:path';
import { userError } from '../core/errors/userError.ts';
import type { Parameter } from '../core/parameters.ts';
import type { Tokenizer } from '../data/tokenizer/tokenizer.ts';
import { loadTokenizer } from '../data/tokenizer/loadTokenizer.ts';
import { withoutSegments } from '../data/tokenizer/withoutSegments.ts';
import { modelName } from '../formats/hubCache.ts';
import { readModelConfig, readModelParameters, type ModelConfig } from '../formats/modelFolder.ts';

/** What a base model is, without its weights. */
export interface BaseFrame {
  readonly folder: string;
  /** What messages and metadata call it: the folder's name, or the id of a model of the Hub. */
  readonly name: string;
  readonly config: ModelConfig;
  readonly tokenizer: Tokenizer;
}

/** A base model in memory. */
export interface Base extends BaseFrame {
  readonly parameters: Map<string, Parameter>;
}

/**
 * Loads configuration, weights and tokenizer of a Hugging Face folder.
 * @throws UserError as the readers of each, and `model-vocabulary` where the tokenizer has more pieces than the model
 */
export async function loadBase(folder: string): Promise<Base> {
  const frame = await loadBaseFrame(folder);
  return { ...frame, parameters: await readModelParameters(folder, frame.config) };
}

/** The same without the weights, in a fraction of the time and memory. @throws UserError as `loadBase` */
export async function loadBaseFrame(folder: string): Promise<BaseFrame> {
  const config = readModelConfig(folder);
  const tokenizer = await loadTokenizer(folder);
  if (tokenizer.vocabSize > config.vocabSize) {
    throw userError(
      'model-vocabulary',
      { tokenizer: tokenizer.vocabSize, model: config.vocabSize },
      { file: join(folder, 'config.json') },
    );
  }
  // A model with one kind of segment has nothing to tell two texts apart by.
  const told = config.typeVocabSize > 1 ? tokenizer : withoutSegments(tokenizer);
  return { folder, name: modelName(folder), config, tokenizer: told };
}
