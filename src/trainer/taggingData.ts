import { collectLabels, taggingData, tagsOfTreebank, type TaggingData } from '../data/tagging.ts';
import type { Tokenizer } from '../data/tokenizer/tokenizer.ts';
import { loadColumns, type TaggedSentence } from '../formats/columns.ts';
import { loadConllu } from '../formats/conllu.ts';
import { tokenClassification } from '../model/heads/tokenClassification.ts';
import type { ResolvedTaskRecipe, TagColumn } from '../recipe/types.ts';
import { evaluateTagging } from '../training/evaluation.ts';
import type { BaseFrame } from './base.ts';
import type { TrainingData } from './trainingData.ts';

/** Tagged sentences of a file: a column of CoNLL-U, or the tags of a two-column file. @throws UserError of reading */
export async function loadTagged(file: string, column: TagColumn): Promise<TaggedSentence[]> {
  return column === 'tag' ? loadColumns(file) : tagsOfTreebank(await loadConllu(file), column, file);
}

/** Labels of the training files, sorted. @throws UserError of reading */
export async function trainingLabels(files: readonly string[], column: TagColumn): Promise<string[]> {
  const labels = new Set<string>();
  for (const file of files)
    for (const label of collectLabels(await loadTagged(file, column), file)) labels.add(label);
  return [...labels].sort();
}

/** Tagged data for token classification. @throws UserError of reading, `data-unknown-label` */
export async function taggingTrainingData(
  recipe: ResolvedTaskRecipe,
  base: BaseFrame,
): Promise<TrainingData> {
  const { task, data, validate, maxLength } = recipe;
  const labels = task.labels ?? (await trainingLabels(data.train, task.column));
  const training = await loadFiles(data.train, recipe, labels, base.tokenizer);
  const common = {
    head: tokenClassification,
    outputs: labels.length,
    labels,
    examples: training.examples.length,
    example: (index: number) => training.examples[index],
    notes: lossNotes(training, maxLength, 'training data'),
  };
  if (validate === null || data.validation.length === 0) return common;
  const whole = await loadFiles(data.validation, recipe, labels, base.tokenizer);
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
  { task, maxLength }: ResolvedTaskRecipe,
  labels: readonly string[],
  tokenizer: Tokenizer,
): Promise<
  Pick<TaggingData, 'labels' | 'examples' | 'words' | 'cutSentences' | 'cutWords' | 'wordsWithoutPieces'>
> {
  const parts: TaggingData[] = [];
  for (const file of files) {
    parts.push(taggingData(await loadTagged(file, task.column), labels, tokenizer, { maxLength, file }));
  }
  const sum = (count: (part: TaggingData) => number) => parts.reduce((total, part) => total + count(part), 0);
  return {
    labels,
    examples: parts.flatMap((part) => part.examples),
    words: parts.flatMap((part) => part.words),
    cutSentences: sum((part) => part.cutSentences),
    cutWords: sum((part) => part.cutWords),
    wordsWithoutPieces: sum((part) => part.wordsWithoutPieces),
  };
}

/** What was lost on the way from words to pieces, in sentences for the user. */
export function lossNotes(data: TaggingData, maxLength: number, name: string): string[] {
  const notes: string[] = [];
  if (data.cutSentences > 0) {
    notes.push(
      `${data.cutSentences} sentences of the ${name} are longer than ${maxLength} word pieces; ` +
        `${data.cutWords} words at their ends were cut off (in evaluation they count as errors).`,
    );
  }
  if (data.wordsWithoutPieces > 0) {
    notes.push(
      `The tokenizer makes nothing of ${data.wordsWithoutPieces} words of the ${name}; they have no label.`,
    );
  }
  return notes;
}
