import { userError } from '../../core/errors/userError.ts';
import {
  classificationData,
  type ClassificationData,
  classLabels,
  labelledTexts,
  type LabelledText,
  unlabelledTexts,
} from '../../data/classification.ts';
import type { Tokenizer } from '../../data/tokenizer/tokenizer.ts';
import { loadBytes, readLines } from '../../formats/lines.ts';
import { loadTable } from '../../formats/table.ts';
import { sequenceClassification } from '../../model/heads/sequenceClassification.ts';
import type { ClassifiedFacts } from '../../protocol/estimate.ts';
import { fits } from '../../recipe/language/fileKinds.ts';
import type { ResolvedTaskRecipe, TaskOf } from '../../recipe/types.ts';
import { evaluateClassification, scoreClasses } from '../../training/evaluation.ts';
import { predictClasses } from '../../training/predictions.ts';
import type { BaseFrame } from '../base.ts';
import { countPieces, newPieceCounts, ratio, sortedCounts, WORD_BYTES } from '../pieceCounts.ts';
import type { FactsAndLengths, ReadOptions, RecipeFactsAndData } from '../recipeCounts.ts';
import type { TrainingData } from '../trainingData.ts';
import type { EvaluationData } from '../evaluator/evaluationData.ts';
import type { PredictionData } from '../prediction/predictionData.ts';
import { jsonLines, onlyJsonLines } from '../prediction/unlabelledSentences.ts';
import type { EvaluationContext, TaskModule, TaskOverrides, WrittenTask } from './module.ts';
import { countTaskFiles } from './taskFiles.ts';

type Task = TaskOf<'classification'>;
type Recipe = ResolvedTaskRecipe<Task>;

/** One label a text, or a pair of texts: sentiment, inference. */
export const classification: TaskModule<Task> = {
  labels,
  firstWith,
  training,
  facts: readFacts,
  outputWeight: ({ modelType }) =>
    modelType === 'bert' ? 'classifier.weight' : 'classifier.out_proj.weight',
  options: { evaluation: ['text', 'pair', 'label', 'rename'], prediction: ['text', 'pair'] },
  evaluation,
  prediction,
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
  const texts: LabelledText[][] = [];
  for (const file of data.train) texts.push(await loadLabelled(file, task));
  return classLabels(texts.flat());
}

/** The labels of all data that are learnt from: a source may have one alone. @throws UserError `data-one-label` */
async function learntLabels(recipe: Recipe): Promise<readonly string[]> {
  const found = await labels(recipe);
  const { task, data } = recipe;
  if (found.length < 2)
    throw userError('data-one-label', { column: task.label, label: found[0] ?? '' }, { file: data.train[0] });
  return found;
}

async function firstWith({ task, data }: Recipe, wanted: ReadonlySet<string>) {
  for (const file of data.train) {
    const found = (await loadLabelled(file, task)).find(({ label }) => wanted.has(label));
    if (found !== undefined) return { file, line: found.line };
  }
  return undefined;
}

async function training(recipe: Recipe, { tokenizer }: BaseFrame): Promise<TrainingData> {
  const { data, validate, maxLength } = recipe;
  const names = await learntLabels(recipe);
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
    validate: (predictor, weights) => evaluateClassification(predictor, weights, sample),
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
  const before = parts.map((_, p) =>
    parts.slice(0, p).reduce((sum, { examples }) => sum + examples.length, 0),
  );
  return {
    labels: names,
    examples: parts.flatMap(({ examples }) => examples),
    unitOf: parts.flatMap(({ unitOf }, p) => unitOf.map((unit) => before[p] + unit)),
    cutTexts: parts.reduce((sum, { cutTexts }) => sum + cutTexts, 0),
  };
}

async function readFacts(
  recipe: Recipe,
  { tokenizer }: BaseFrame,
  options: ReadOptions,
): Promise<RecipeFactsAndData> {
  const { task, maxLength } = recipe;
  const names = await learntLabels(recipe);
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

/** Which columns hold what: as asked for, or as the recipe has it. */
function columnsOf(written: WrittenTask, options: TaskOverrides): Omit<Task, 'type' | 'labels'> {
  const told = written?.type === 'classification' ? written : undefined;
  const pair = options.pair ?? told?.pair ?? null;
  return {
    pair,
    text: options.text ?? told?.text ?? (pair === null ? 'text' : 'premise'),
    label: options.label ?? told?.label ?? 'label',
    rename: { ...told?.rename, ...options.rename },
  };
}

async function evaluation({
  base,
  labels: names,
  written,
  maxLength,
  options,
}: EvaluationContext): Promise<EvaluationData> {
  const { data: file } = options;
  const texts = await loadLabelled(file, columnsOf(written, options));
  const data = classificationData(texts, names, base.tokenizer, { maxLength, file });
  return {
    head: sequenceClassification,
    outputs: names.length,
    examples: data.examples.length,
    inputs: data.examples,
    notes: cutNotes(data, maxLength, 'data'),
    predict: (predictor, weights, chosen, between) =>
      predictClasses(predictor, weights, data.examples, chosen, between),
    score: (chosen, predictions) => scoreClasses(data, chosen, predictions),
    labelOf: (shown) => shown,
    texts: async (chosen) => [
      {
        unit: 'texts',
        texts: chosen.flatMap((example) => {
          const { text, pair } = texts[example];
          return pair === null ? [text] : [text, pair];
        }),
      },
    ],
    outcome(example, [predicted]) {
      const { line, text, pair: second, label } = texts[example];
      const shown = second === null ? text : `${text}\t${second}`;
      return {
        place: `line ${line}`,
        items: [{ text: shown, gold: label, predicted: names[predicted] ?? null }],
      };
    },
  };
}

async function prediction({
  base,
  labels: names,
  written,
  maxLength,
  options,
}: EvaluationContext): Promise<PredictionData> {
  const { data: file } = options;
  const { text, pair } = columnsOf(written, options);
  // Raw text has a text a line, unless columns are asked for: then it is a table, as it is when it is evaluated.
  const isTable = !fits('text', file) || options.text !== undefined || pair !== null;
  const [some] = names;
  const texts = (
    isTable ? unlabelledTexts(await loadTable(file), { text, pair }, file) : await loadLines(file)
  ).map((one) => ({ ...one, label: some }));
  const data = classificationData(texts, names, base.tokenizer, { maxLength, file });
  return {
    head: sequenceClassification,
    outputs: names.length,
    examples: data.examples.length,
    notes: cutNotes(data, maxLength, 'data'),
    format: 'jsonl',
    predict: (predictor, weights, chosen, between) =>
      predictClasses(predictor, weights, data.examples, chosen, between),
    write(predictions, format) {
      onlyJsonLines(format);
      return jsonLines(
        texts.map((one, e) => ({
          text: one.text,
          ...(one.pair === null ? {} : { pair: one.pair }),
          label: names[predictions[e][0]] ?? null,
        })),
      );
    },
  };
}

/** One text a line. */
async function loadLines(file: string): Promise<Omit<LabelledText, 'label'>[]> {
  const lines = readLines(await loadBytes(file), file);
  return lines.flatMap((text, i) => (text.trim() === '' ? [] : [{ line: i + 1, text, pair: null }]));
}
