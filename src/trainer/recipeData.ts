import { userError } from '../core/errors/userError.ts';
import type { Head } from '../model/heads/head.ts';
import { maskedLanguageModelling } from '../model/heads/maskedLanguageModelling.ts';
import { tokenClassification } from '../model/heads/tokenClassification.ts';
import type { DataFacts } from '../protocol/estimate.ts';
import type { ResolvedLanguageRecipe, ResolvedRecipe, ResolvedTaskRecipe } from '../recipe/types.ts';
import type { BaseFrame } from './base.ts';
import { loadTagged, trainingLabels } from './taggingData.ts';
import { ratio, taggedFacts } from './taggedFacts.ts';
import { exampleLengths, textFacts, type TextFactsAndLengths } from './textFacts.ts';
import { sampleText } from './textSample.ts';

/** Examples of a recipe, told by their lengths; `count` is larger than the lengths are where a text was sampled. */
export interface Lengths {
  /** Word pieces of each, special ones included. */
  readonly lengths: readonly number[];
  readonly count: number;
}

/** What of a recipe's data decides what training costs. */
export interface RecipeData {
  readonly head: Head;
  /** Columns of the head's output. */
  readonly outputs: number;
  readonly training: Lengths;
  /** What is validated on each time; empty where there is no validation. */
  readonly validation: Lengths;
  /** Share of the word pieces at which something is predicted. */
  readonly reads: number;
  /** Distinct word pieces. */
  readonly distinct: number;
  /** Bytes in memory: sentences or lines, word pieces, labels. */
  readonly bytes: number;
}

export interface ReadOptions {
  /** Called with what is being read and how much of it is done. */
  readonly progress?: ((file: string, share: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A word in a treebank is an object with its fields; in raw text it is its letters. */
const WORD_BYTES = { tagged: 120, raw: 7 };
/** A word piece and its label. */
const PIECE_BYTES = 8;

/**
 * Reads the files of a recipe, large texts in parts, and counts.
 * @throws UserError of reading, as training would; the signal's reason
 */
export function readRecipeData(
  recipe: ResolvedRecipe,
  base: BaseFrame,
  options: ReadOptions,
): Promise<{ data: RecipeData; facts: DataFacts[] }> {
  return recipe.kind === 'task' ? readTask(recipe, base, options) : readLanguage(recipe, base, options);
}

async function readTask(
  { task, data, validate, maxLength }: ResolvedTaskRecipe,
  { tokenizer }: BaseFrame,
  { progress, signal }: ReadOptions,
): Promise<{ data: RecipeData; facts: DataFacts[] }> {
  const labels = task.labels ?? (await trainingLabels(data.train, task.column));
  const read = async (file: string, role: 'train' | 'validation') => {
    signal?.throwIfAborted();
    progress?.(file, 0);
    return taggedFacts(
      { file, role, sentences: await loadTagged(file, task.column) },
      labels,
      tokenizer,
      maxLength,
    );
  };
  const training = [];
  for (const file of data.train) training.push(await read(file, 'train'));
  const validation = [];
  for (const file of data.validation) validation.push(await read(file, 'validation'));
  const lengths = training.flatMap((one) => one.lengths);
  const evaluated = validate === null ? [] : validation.flatMap((one) => one.lengths);
  const sample = evaluated.slice(0, validate?.sample ?? evaluated.length);
  const all = [...training, ...validation];
  const pieces = training.reduce((sum, { facts }) => sum + facts.pieces, 0);
  const words = training.reduce((sum, { facts }) => sum + facts.words, 0);
  return {
    data: {
      head: tokenClassification,
      outputs: labels.length,
      training: { lengths, count: lengths.length },
      validation: { lengths: sample, count: sample.length },
      reads: Math.min(1, ratio(words, pieces)),
      distinct: distinctOf(training),
      bytes: all.reduce(
        (sum, { facts }) => sum + WORD_BYTES.tagged * facts.words + PIECE_BYTES * facts.pieces,
        0,
      ),
    },
    facts: all.map(({ facts }) => facts),
  };
}

async function readLanguage(
  { data, mlm, validate }: ResolvedLanguageRecipe,
  { tokenizer, config }: BaseFrame,
  { progress, signal }: ReadOptions,
): Promise<{ data: RecipeData; facts: DataFacts[] }> {
  const maxLength = mlm.blockSize;
  if (maxLength <= tokenizer.specialCount)
    throw userError('data-max-length', { length: maxLength, least: tokenizer.specialCount + 1 });
  const lengthsOf = (lines: readonly number[]) =>
    exampleLengths(lines, mlm.lines, maxLength, tokenizer.specialCount);
  const read = async (file: string, role: 'text' | 'validation') => {
    const text = await sampleText(file);
    return textFacts(text, {
      file,
      role,
      tokenizer,
      byLine: mlm.lines,
      maxLength,
      progress: (share) => progress?.(file, share),
      signal,
    });
  };
  const texts: TextFactsAndLengths[] = [];
  for (const file of data.text) texts.push(await read(file, 'text'));
  const given: TextFactsAndLengths[] = [];
  for (const file of data.validation) given.push(await read(file, 'validation'));

  const share = given.length > 0 ? 0 : data.validationShare;
  const lines = texts.flatMap(({ lineLengths }) => lineLengths);
  const held = Math.floor(lines.length * share);
  const factor = factorOf(texts);
  const training = scaled(lengthsOf(lines.slice(held)), factor);
  refuseNone(training, lines.slice(held), data.text[0], mlm);
  const checked = given.length > 0 ? given.flatMap(({ lineLengths }) => lineLengths) : lines.slice(0, held);
  const validation = scaled(lengthsOf(checked), given.length > 0 ? factorOf(given) : factor);
  if (validate !== null && checked.length > 0)
    refuseNone(validation, checked, data.validation[0] ?? data.text[0], mlm);
  const evaluated = Math.min(validation.count, validate?.sample ?? Infinity);
  return {
    data: {
      head: maskedLanguageModelling(mlm.untie),
      outputs: config.vocabSize,
      training,
      validation:
        validate === null
          ? { lengths: [], count: 0 }
          : { lengths: validation.lengths.slice(0, evaluated), count: evaluated },
      reads: mlm.probability,
      distinct: distinctOf(texts),
      bytes: [...texts, ...given].reduce(
        (sum, { facts }) => sum + WORD_BYTES.raw * facts.words + PIECE_BYTES * facts.pieces,
        0,
      ),
    },
    facts: [...texts, ...given].map(({ facts }) => facts),
  };
}

/** How much more there is than was read. */
function factorOf(texts: readonly TextFactsAndLengths[]): number {
  const read = texts.reduce((sum, { lineLengths }) => sum + lineLengths.length, 0);
  return ratio(
    texts.reduce((sum, { facts }) => sum + facts.lines, 0),
    read,
  );
}

function scaled(lengths: readonly number[], factor: number): Lengths {
  return { lengths, count: Math.round(lengths.length * factor) };
}

/** As training would. */
function refuseNone(
  { count }: Lengths,
  lines: readonly number[],
  file: string,
  { lines: byLine, blockSize }: ResolvedLanguageRecipe['mlm'],
): void {
  if (count > 0) return;
  if (byLine) throw userError('data-file-empty', { wanted: 'word piece' }, { file });
  const pieces = lines.reduce((sum, length) => sum + length, 0);
  throw userError('data-too-few-pieces', { pieces, lines: lines.length, blockSize }, { file });
}

function distinctOf(files: readonly { readonly distinct: ReadonlySet<number> }[]): number {
  const all = new Set<number>();
  for (const { distinct } of files) for (const id of distinct) all.add(id);
  return all.size;
}
