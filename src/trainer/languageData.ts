import { hash32 } from '../core/random.ts';
import { languageExamples } from '../data/language.ts';
import { EVALUATION_MASKS, maskTokens } from '../data/masking.ts';
import type { Example } from '../data/example.ts';
import type { Tokenizer } from '../data/tokenizer/tokenizer.ts';
import { loadRawText } from '../formats/rawText.ts';
import { maskedLanguageModelling } from '../model/heads/maskedLanguageModelling.ts';
import type { ResolvedLanguageRecipe } from '../recipe/types.ts';
import { evaluateLanguage } from '../training/evaluation.ts';
import type { BaseFrame } from './base.ts';
import type { TrainingData } from './trainingData.ts';

/** Raw text for masked-language modelling. @throws UserError of reading */
export async function languageData(recipe: ResolvedLanguageRecipe, base: BaseFrame): Promise<TrainingData> {
  const { data, mlm, validate, seed } = recipe;
  const { tokenizer, config } = base;
  const texts = await Promise.all(data.text.map(readTexts));
  const lines = texts.flat();
  const held = data.validation.length > 0 ? 0 : Math.floor(lines.length * data.validationShare);
  const given = (await Promise.all(data.validation.map(readTexts))).flat();
  const validation = given.length > 0 ? given : lines.slice(0, held);
  const whole = mlm.lines ? ('lines' as const) : ('blocks' as const);
  const options = (file: string) => ({ blockSize: mlm.blockSize, whole, file });
  const examples = languageExamples(lines.slice(held), tokenizer, options(data.text[0]));
  const masking = { probability: mlm.probability };
  const common = {
    head: maskedLanguageModelling(mlm.untie),
    outputs: config.vocabSize,
    labels: undefined,
    examples: examples.length,
    example: (index: number, phase: number, epoch: number) =>
      maskTokens(examples[index], { ...masking, seed, draw: hash32(phase, epoch) }, tokenizer, index),
    notes: [],
  };
  if (validate === null || validation.length === 0) return common;
  const file = data.validation[0] ?? data.text[0];
  const evaluated = maskForEvaluation(
    languageExamples(validation, tokenizer, options(file)),
    mlm.probability,
    tokenizer,
  );
  const sample = evaluated.slice(0, validate.sample ?? evaluated.length);
  return {
    ...common,
    validate: async (predictor, weights) => (await evaluateLanguage(predictor, weights, sample)).metrics,
  };
}

/** The same masks at every evaluation, so that losses can be compared. */
export function maskForEvaluation(
  examples: readonly Example[],
  probability: number,
  tokenizer: Tokenizer,
): Example[] {
  return examples.map((example, i) =>
    maskTokens(example, { ...EVALUATION_MASKS, probability }, tokenizer, i),
  );
}

async function readTexts(file: string): Promise<string[]> {
  return (await loadRawText(file)).map(({ text }) => text);
}
