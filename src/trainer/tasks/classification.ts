import {
  classificationData,
  type ClassificationData,
  classLabels,
  labelledTexts,
  type LabelledText,
} from '../../data/classification.ts';
import type { Tokenizer } from '../../data/tokenizer/tokenizer.ts';
import { loadTable } from '../../formats/table.ts';
import { sequenceClassification } from '../../model/heads/sequenceClassification.ts';
import type { ClassifiedFacts } from '../../protocol/estimate.ts';
import type { ResolvedTaskRecipe, TaskOf } from '../../recipe/types.ts';
import { evaluateClassification } from '../../training/evaluation.ts';
import type { BaseFrame } from '../base.ts';
import { countPieces, newPieceCounts, ratio, sortedCounts, WORD_BYTES } from '../pieceCounts.ts';
import type { FactsAndLengths, ReadOptions, RecipeFactsAndData } from '../recipeCounts.ts';
import type { TrainingData } from '../trainingData.ts';
import { withPredictor } from '../withPredictor.ts';
import type { Evaluated, EvaluationContext, TaskModule } from './module.ts';
import { countTaskFiles } from './taskFiles.ts';

type Task = TaskOf<'classification'>;
type Recipe = ResolvedTaskRecipe<Task>;

/** One label a text, or a pair of texts: sentiment, inference. */
export const classification: TaskModule<Task> = {
  labels,
  training,
  facts: readFacts,
  outputWeight: ({ modelType }) =>
    modelType === 'bert' ? 'classifier.weight' : 'classifier.out_proj.weight',
  evaluate,
};

/** Labelled texts of a table. @throws UserError of reading, `data-no-column` */
export async function loadLabelled(
  file: string,
  task: Omit<Task, 'type' | 'labels'>,
): Promise<LabelledText[]> {
  return labelledTexts(await loadTable(file), task, task.rename, file);
}

/** What was lost on the way from texts to pieces, in a sentence for the user. */
export function cutNotes({ cutTexts }: ClassificationData, maxLength: number, name: string): string[] {
  if (cutTexts === 0) return [];
  return [`${cutTexts} texts of the ${name} are longer than ${maxLength} word pieces and were cut.`];
}

async function labels({ task, data }: Recipe): Promise<readonly string[]> {
  if (task.labels !== null) return task.labels;
  const texts: LabelledText[] = [];
  for (const file of data.train) texts.push(...(await loadLabelled(file, task)));
  return classLabels(texts);
}

async function training(recipe: Recipe, { tokenizer }: BaseFrame): Promise<TrainingData> {
  const { data, validate, maxLength } = recipe;
  const names = await labels(recipe);
  const train = await loadFiles(data.train, recipe, names, tokenizer);
  const common = {
    head: sequenceClassification,
    outputs: names.length,
    labels: names,
    examples: train.examples.length,
    example: (index: number) => train.examples[index],
    notes: cutNotes(train, maxLength, 'training data'),
  };
  if (validate === null || data.validation.length === 0) return common;
  const whole = await loadFiles(data.validation, recipe, names, tokenizer);
  const sample = { ...whole, examples: whole.examples.slice(0, validate.sample ?? whole.examples.length) };
  return {
    ...common,
    notes: [...common.notes, ...cutNotes(whole, maxLength, 'validation data')],
    validate: async (predictor, weights) =>
      (await evaluateClassification(predictor, weights, sample)).metrics,
  };
}

async function loadFiles(
  files: readonly string[],
  { task, maxLength }: Recipe,
  names: readonly string[],
  tokenizer: Tokenizer,
): Promise<ClassificationData> {
  const parts: ClassificationData[] = [];
  for (const file of files) {
    parts.push(classificationData(await loadLabelled(file, task), names, tokenizer, { maxLength, file }));
  }
  return {
    labels: names,
    examples: parts.flatMap(({ examples }) => examples),
    cutTexts: parts.reduce((sum, { cutTexts }) => sum + cutTexts, 0),
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
    head: sequenceClassification,
    outputs: names.length,
    wordBytes: WORD_BYTES.raw,
    reads(train) {
      const lengths = train.flatMap((one) => one.lengths);
      return ratio(
        lengths.length,
        lengths.reduce((sum, length) => sum + length, 0),
      );
    },
    async count(file, role) {
      const texts = await loadLabelled(file, task);
      const { cutTexts, examples } = classificationData(texts, names, tokenizer, { maxLength, file });
      const lengths = examples.map(({ ids }) => ids.length);
      return { ...factsOf(texts, tokenizer, { file, role, maxLength, cut: cutTexts }), lengths };
    },
  });
}

function factsOf(
  texts: readonly LabelledText[],
  tokenizer: Tokenizer,
  {
    file,
    role,
    maxLength,
    cut,
  }: Pick<ClassifiedFacts, 'file' | 'maxLength' | 'cut'> & { role: 'train' | 'validation' },
): Omit<FactsAndLengths<ClassifiedFacts>, 'lengths'> {
  const counts = newPieceCounts();
  const found = new Map<string, number>();
  let words = 0;
  for (const { text, pair, label } of texts) {
    found.set(label, (found.get(label) ?? 0) + 1);
    words += `${text} ${pair ?? ''}`.split(/\s+/).filter((word) => word !== '').length;
    countPieces(counts, tokenizer.encodePair(text, pair).ids, tokenizer);
  }
  return {
    facts: {
      type: 'classified',
      file,
      role,
      texts: texts.length,
      words,
      pieces: counts.pieces,
      piecesPerWord: ratio(counts.pieces, words),
      unknownPieces: counts.unknown,
      unknownShare: ratio(counts.unknown, counts.pieces),
      longest: counts.longest,
      cut,
      maxLength,
      labels: sortedCounts(found),
    },
    distinct: counts.distinct,
  };
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
  const told = written?.type === 'classification' ? written : undefined;
  const pair = options.pair ?? told?.pair ?? null;
  const columns = {
    pair,
    text: options.text ?? told?.text ?? (pair === null ? 'text' : 'premise'),
    label: options.label ?? told?.label ?? 'label',
    rename: { ...told?.rename, ...options.rename },
  };
  const texts = await loadLabelled(file, columns);
  const data = classificationData(texts, names, base.tokenizer, { maxLength, file });
  const model = { config: base.config, parameters, head: sequenceClassification, outputs: names.length };
  const evaluation = await withPredictor(engine, model, (predictor, weights) =>
    evaluateClassification(predictor, weights, data),
  );
  return { ...evaluation, notes: cutNotes(data, maxLength, 'data') };
}
