import { userError } from '../core/errors/userError.ts';
import { maskedLanguageModelling } from '../model/heads/maskedLanguageModelling.ts';
import type { ResolvedLanguageRecipe, ResolvedRecipe, Task } from '../recipe/types.ts';
import type { BaseFrame } from './base.ts';
import { READ_WHOLE, sizeOfFiles } from './indexedTexts.ts';
import { VALIDATED } from './languageData.ts';
import { distinctOf, PIECE_BYTES, ratio, WORD_BYTES } from './pieceCounts.ts';
import { taskModule } from './tasks/tasks.ts';
import type { Lengths, ReadOptions, RecipeFactsAndData } from './recipeCounts.ts';
import { exampleLengths, textFacts, type TextFactsAndLengths } from './textFacts.ts';
import { sampleText } from './textSample.ts';

/** Of a text that is read while training goes on: its index at the most, and words that the tokenizer remembers. */
const STREAM_BYTES = 150e6;

/**
 * Reads the files of a recipe, large texts in parts, and counts.
 * @throws UserError of reading, as training would; the signal's reason
 */
export function readRecipeData(
  recipe: ResolvedRecipe,
  base: BaseFrame,
  options: ReadOptions,
): Promise<RecipeFactsAndData> {
  return recipe.kind === 'task'
    ? taskModule<Task>(recipe.task).facts(recipe, base, options)
    : readLanguage(recipe, base, options);
}

async function readLanguage(
  { data, mlm, validate }: ResolvedLanguageRecipe,
  { tokenizer, config }: BaseFrame,
  { progress, signal }: ReadOptions,
): Promise<RecipeFactsAndData> {
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
  const size = await sizeOfFiles(data.text);
  const streamed = size > READ_WHOLE;
  const checked = given.length > 0 ? given.flatMap(({ lineLengths }) => lineLengths) : lines.slice(0, held);
  const givenSize = await sizeOfFiles(data.validation);
  const validation =
    given.length > 0
      ? validationOf(scaled(lengthsOf(checked), factorOf(given)), givenSize, givenSize > READ_WHOLE)
      : validationOf(scaled(lengthsOf(checked), factor), share * size, streamed);
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
      bytes: streamed ? STREAM_BYTES : [...texts, ...given].reduce(bytesInMemory, 0),
    },
    facts: [...texts, ...given].map(({ facts }) => facts),
  };
}

function bytesInMemory(sum: number, { facts }: TextFactsAndLengths): number {
  return sum + WORD_BYTES.raw * facts.words + PIECE_BYTES * facts.pieces;
}

/** Of a text that is streamed only the beginning is validated on. */
function validationOf({ lengths, count }: Lengths, bytes: number, streamed: boolean): Lengths {
  if (!streamed || bytes <= VALIDATED) return { lengths, count };
  return { lengths, count: Math.ceil((count * VALIDATED) / bytes) };
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
