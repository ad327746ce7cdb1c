import { extname } from 'node:path';
import { taggingData, type TaggingData } from '../../data/tagging.ts';
import type { Tokenizer } from '../../data/tokenizer/tokenizer.ts';
import { tokenClassification } from '../../model/heads/tokenClassification.ts';
import type { ResolvedTaskRecipe, TaskOf } from '../../recipe/types.ts';
import { evaluateTagging, scoreTags } from '../../training/evaluation.ts';
import { NO_PREDICTION, predictTags } from '../../training/predictions.ts';
import type { WordValues } from '../../formats/conlluWriter.ts';
import type { PredictionData } from '../prediction/predictionData.ts';
import { loadSentences, writeSentences } from '../prediction/unlabelledSentences.ts';
import type { BaseFrame } from '../base.ts';
import { ratio, WORD_BYTES } from '../pieceCounts.ts';
import type { ReadOptions, RecipeFactsAndData } from '../recipeCounts.ts';
import { taggedFacts } from '../taggedFacts.ts';
import { insideNotes, loadTagged, lossNotes, type TagsOfFile, trainingLabels } from '../taggingData.ts';
import type { TrainingData } from '../trainingData.ts';
import type { EvaluationData } from '../evaluator/evaluationData.ts';
import type { EvaluationContext, TaskModule } from './module.ts';
import { countTaskFiles } from './taskFiles.ts';

type Recipe = ResolvedTaskRecipe<TaskOf<'tagging'>>;

/** Tagging of words: parts of speech, names. */
export const tagging: TaskModule<TaskOf<'tagging'>> = {
  labels,
  firstWith,
  training,
  facts: readFacts,
  outputWeight: () => 'classifier.weight',
  options: { evaluation: ['column', 'rename'], prediction: ['column'] },
  evaluation,
  prediction,
};

async function labels({ task, data }: Recipe): Promise<readonly string[]> {
  return task.labels ?? trainingLabels(data.train, task);
}

async function firstWith({ task, data }: Recipe, wanted: ReadonlySet<string>) {
  for (const file of data.train) {
    const words = (await loadTagged(file, task)).flatMap((sentence) => sentence.words);
    const found = words.find(({ tag }) => wanted.has(tag));
    if (found !== undefined) return { file, line: found.line };
  }
  return undefined;
}

async function training(recipe: Recipe, base: BaseFrame): Promise<TrainingData> {
  const { data, validate } = recipe;
  const names = await labels(recipe);
  const train = await loadFiles(data.train, recipe, names, base.tokenizer, 'training data');
  const common = {
    head: tokenClassification,
    outputs: names.length,
    labels: names,
    examples: train.examples.length,
    example: (index: number) => train.examples[index],
    notes: train.notes,
  };
  if (validate === null || data.validation.length === 0) return common;
  const whole = await loadFiles(data.validation, recipe, names, base.tokenizer, 'validation data');
  const count = validate.sample ?? whole.examples.length;
  const sample = { ...whole, examples: whole.examples.slice(0, count), words: whole.words.slice(0, count) };
  return {
    ...common,
    notes: [...common.notes, ...whole.notes],
    validate: (predictor, weights) => evaluateTagging(predictor, weights, sample),
  };
}

/** `name` is what notes call the files. */
async function loadFiles(
  files: readonly string[],
  { task, maxLength }: Recipe,
  names: readonly string[],
  tokenizer: Tokenizer,
  name: string,
): Promise<TaggingData & { readonly notes: readonly string[] }> {
  const read: TagsOfFile[] = [];
  const parts: TaggingData[] = [];
  for (const file of files) {
    const sentences = await loadTagged(file, task);
    read.push({ file, sentences });
    parts.push(taggingData(sentences, names, tokenizer, { maxLength, file }));
  }
  const sum = (count: (part: TaggingData) => number) => parts.reduce((total, part) => total + count(part), 0);
  const data = {
    labels: names,
    examples: parts.flatMap((part) => part.examples),
    words: parts.flatMap((part) => part.words),
    cutSentences: sum((part) => part.cutSentences),
    cutWords: sum((part) => part.cutWords),
    wordsWithoutPieces: sum((part) => part.wordsWithoutPieces),
  };
  return { ...data, notes: [...insideNotes(read, names, name), ...lossNotes(data, maxLength, name)] };
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
      taggedFacts({ file, role, sentences: await loadTagged(file, task) }, names, tokenizer, maxLength),
  });
}

async function evaluation({
  base,
  labels: names,
  written,
  maxLength,
  options,
}: EvaluationContext): Promise<EvaluationData> {
  const { data: file } = options;
  const told = written?.type === 'tagging' ? written : undefined;
  const column = options.column ?? (extname(file) === '.conllu' ? (told?.column ?? 'upos') : 'tag');
  const sentences = await loadTagged(file, { column, rename: { ...told?.rename, ...options.rename } });
  const data = taggingData(sentences, names, base.tokenizer, { maxLength, file });
  return {
    head: tokenClassification,
    outputs: names.length,
    examples: data.examples.length,
    inputs: data.examples,
    notes: [...insideNotes([{ file, sentences }], names, 'data'), ...lossNotes(data, maxLength, 'data')],
    predict: (predictor, weights, chosen, between) => predictTags(predictor, weights, data, chosen, between),
    score: (chosen, predictions) => scoreTags(data, chosen, predictions),
    labelOf: (shown) => shown,
    column,
    texts: async (chosen) => [
      {
        unit: 'sentences',
        texts: chosen.map((example) =>
          sentences[data.words[example].sentence].words.map(({ form }) => form).join(' '),
        ),
      },
    ],
    outcome(example, prediction) {
      const { sentence, words, gold } = data.words[example];
      return {
        place: `line ${sentences[sentence].line}`,
        items: Array.from(words, (word, i) => ({
          text: sentences[sentence].words[word].form,
          gold: names[gold[i]],
          predicted: prediction[i] === NO_PREDICTION ? null : names[prediction[i]],
        })),
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
  const read = await loadSentences(file);
  const told = written?.type === 'tagging' ? (written.column ?? 'upos') : undefined;
  const column = options.column ?? told ?? 'upos';
  // Tags of names have no column of their own; any label stands for the ones that are to be found.
  const place = column === 'tag' ? 'xpos' : column;
  const [some] = names;
  const sentences = read.sentences.map(({ line, words }) => ({
    line,
    words: words.map(({ line: own, form }) => ({ line: own, form, tag: some })),
  }));
  const data = taggingData(sentences, names, base.tokenizer, { maxLength, file });
  return {
    head: tokenClassification,
    outputs: names.length,
    examples: data.examples.length,
    notes: [...read.notes, ...lossNotes(data, maxLength, 'data')],
    format: read.isTreebank || column !== 'tag' ? 'conllu' : 'columns',
    predict: (predictor, weights, chosen, between) => predictTags(predictor, weights, data, chosen, between),
    write(predictions, format) {
      // What the file says of a word that the model never saw is not the model's.
      const values = read.sentences.map(({ words }) => words.map((): WordValues => ({ [place]: null })));
      data.words.forEach(({ sentence, words }, e) => {
        words.forEach((word, i) => {
          const label = predictions[e][i];
          if (label !== NO_PREDICTION) values[sentence][word] = { [place]: names[label] };
        });
      });
      return writeSentences(read, values, [{ column: place, name: column }], format);
    },
  };
}
