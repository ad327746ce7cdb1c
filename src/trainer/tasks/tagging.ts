import { extname } from 'node:path';
import { taggingData, type TaggingData } from '../../data/tagging.ts';
import type { Tokenizer } from '../../data/tokenizer/tokenizer.ts';
import { tokenClassification } from '../../model/heads/tokenClassification.ts';
import type { ResolvedTaskRecipe, TaskOf } from '../../recipe/types.ts';
import { evaluateTagging } from '../../training/evaluation.ts';
import type { BaseFrame } from '../base.ts';
import { ratio, WORD_BYTES } from '../pieceCounts.ts';
import type { ReadOptions, RecipeFactsAndData } from '../recipeCounts.ts';
import { taggedFacts } from '../taggedFacts.ts';
import { lossNotes, loadTagged, trainingLabels } from '../taggingData.ts';
import type { TrainingData } from '../trainingData.ts';
import { withPredictor } from '../withPredictor.ts';
import type { Evaluated, EvaluationContext, TaskModule } from './module.ts';
import { countTaskFiles } from './taskFiles.ts';

type Recipe = ResolvedTaskRecipe<TaskOf<'tagging'>>;

/** Tagging of words: parts of speech, names. */
export const tagging: TaskModule<TaskOf<'tagging'>> = {
  labels,
  training,
  facts: readFacts,
  outputWeight: () => 'classifier.weight',
  evaluate,
};

async function labels({ task, data }: Recipe): Promise<readonly string[]> {
  return task.labels ?? trainingLabels(data.train, task.column);
}

async function training(recipe: Recipe, base: BaseFrame): Promise<TrainingData> {
  const { data, validate, maxLength } = recipe;
  const names = await labels(recipe);
  const train = await loadFiles(data.train, recipe, names, base.tokenizer);
  const common = {
    head: tokenClassification,
    outputs: names.length,
    labels: names,
    examples: train.examples.length,
    example: (index: number) => train.examples[index],
    notes: lossNotes(train, maxLength, 'training data'),
  };
  if (validate === null || data.validation.length === 0) return common;
  const whole = await loadFiles(data.validation, recipe, names, base.tokenizer);
  const count = validate.sample ?? whole.examples.length;
  const sample = { ...whole, examples: whole.examples.slice(0, count), words: whole.words.slice(0, count) };
  return {
    ...common,
    notes: [...common.notes, ...lossNotes(whole, maxLength, 'validation data')],
    validate: async (predictor, weights) => (await evaluateTagging(predictor, weights, sample)).metrics,
  };
}

async function loadFiles(
  files: readonly string[],
  { task, maxLength }: Recipe,
  names: readonly string[],
  tokenizer: Tokenizer,
): Promise<
  Pick<TaggingData, 'labels' | 'examples' | 'words' | 'cutSentences' | 'cutWords' | 'wordsWithoutPieces'>
> {
  const parts: TaggingData[] = [];
  for (const file of files) {
    parts.push(taggingData(await loadTagged(file, task.column), names, tokenizer, { maxLength, file }));
  }
  const sum = (count: (part: TaggingData) => number) => parts.reduce((total, part) => total + count(part), 0);
  return {
    labels: names,
    examples: parts.flatMap((part) => part.examples),
    words: parts.flatMap((part) => part.words),
    cutSentences: sum((part) => part.cutSentences),
    cutWords: sum((part) => part.cutWords),
    wordsWithoutPieces: sum((part) => part.wordsWithoutPieces),
  };
}

async function readFacts(
  recipe: Recipe,
  { tokenizer }: BaseFrame,
  options: ReadOptions,
): Promise<RecipeFactsAndData> {
  const { task, maxLength } = recipe;
  const names = await labels(recipe);
  return countTaskFiles(recipe, options, {
    head: tokenClassification,
    outputs: names.length,
    wordBytes: WORD_BYTES.tagged,
    reads(train) {
      const sum = (field: 'words' | 'pieces') => train.reduce((total, { facts }) => total + facts[field], 0);
      return ratio(sum('words'), sum('pieces'));
    },
    count: async (file, role) =>
      taggedFacts(
        { file, role, sentences: await loadTagged(file, task.column) },
        names,
        tokenizer,
        maxLength,
      ),
  });
}

async function evaluate({
  base,
  parameters,
  labels: names,
  written,
  maxLength,
  options,
}: EvaluationContext): Promise<Evaluated> {
  const { data: file, engine } = options;
  const told = written?.type === 'tagging' ? written.column : undefined;
  const column = options.column ?? (extname(file) === '.conllu' ? (told ?? 'upos') : 'tag');
  const data = taggingData(await loadTagged(file, column), names, base.tokenizer, { maxLength, file });
  const model = { config: base.config, parameters, head: tokenClassification, outputs: names.length };
  const evaluation = await withPredictor(engine, model, (predictor, weights) =>
    evaluateTagging(predictor, weights, data),
  );
  return { ...evaluation, notes: lossNotes(data, maxLength, 'data') };
}
