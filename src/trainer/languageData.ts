import { UserError } from '../core/errors/userError.ts';
import { hash32 } from '../core/random.ts';
import type { Example } from '../data/example.ts';
import { languageExamples, type LanguageOptions } from '../data/language.ts';
import { EVALUATION_MASKS, maskTokens } from '../data/masking.ts';
import type { Tokenizer } from '../data/tokenizer/tokenizer.ts';
import { loadRawText } from '../formats/rawText.ts';
import { maskedLanguageModelling } from '../model/heads/maskedLanguageModelling.ts';
import type { Mlm, ResolvedLanguageRecipe } from '../recipe/types.ts';
import { evaluateLanguage } from '../training/evaluation.ts';
import type { BaseFrame } from './base.ts';
import { firstLines, type IndexedTexts, indexTexts, READ_WHOLE, sizeOfFiles } from './indexedTexts.ts';
import { streamedExamples } from './streamedText.ts';
import type { ExampleStream, TrainingData } from './trainingData.ts';

/** Bytes of a large text, and about a thousand blocks, on which a run validates at most. */
export const VALIDATED = 1 << 20;

/**
 * Raw text for masked-language modelling: whole in memory, or, where it is large, read while training goes on.
 * @param readWhole bytes of the largest texts that are read whole
 * @throws UserError of reading
 */
export async function languageData(
  recipe: ResolvedLanguageRecipe,
  base: BaseFrame,
  readWhole = READ_WHOLE,
): Promise<TrainingData> {
  const { data, mlm, validate, seed } = recipe;
  const { tokenizer, config } = base;
  const whole = mlm.lines ? ('lines' as const) : ('blocks' as const);
  const options = (file: string) => ({ blockSize: mlm.blockSize, whole, file });
  const text = await trainingText(recipe, base, readWhole, options(data.text[0]));
  const given = await givenValidation(data.validation, readWhole);
  const { probability } = mlm;
  const common = {
    head: maskedLanguageModelling(mlm.untie),
    outputs: config.vocabSize,
    labels: undefined,
    examples: text.examples,
    example: (index: number, phase: number, epoch: number) =>
      maskTokens(
        text.example(index, phase),
        { probability, seed, draw: hash32(phase, epoch) },
        tokenizer,
        index,
      ),
    ...(text.stream === undefined ? {} : { stream: text.stream }),
  };
  const { lines, note } = given.lines.length > 0 ? given : text.held;
  if (validate === null) return { ...common, notes: text.notes };
  const examples =
    data.validation.length > 0
      ? languageExamples(lines, tokenizer, options(data.validation[0]))
      : heldExamples(lines, tokenizer, options(data.text[0]));
  if (examples === undefined) {
    const { validationShare } = data;
    return { ...common, notes: [...text.notes, nothingHeld(lines.length, validationShare, mlm)] };
  }
  const evaluated = maskForEvaluation(examples, probability, tokenizer);
  const sample = evaluated.slice(0, validate.sample ?? evaluated.length);
  return {
    ...common,
    notes: note === undefined ? text.notes : [...text.notes, note],
    validate: (predictor, weights) => evaluateLanguage(predictor, weights, sample),
  };
}

/** Of lines that were held out; undefined where they are too few to be an example. */
function heldExamples(
  lines: readonly string[],
  tokenizer: Tokenizer,
  options: LanguageOptions,
): Example[] | undefined {
  try {
    return lines.length === 0 ? undefined : languageExamples(lines, tokenizer, options);
  } catch (error) {
    const few = ['data-too-few-pieces', 'data-file-empty'];
    if (error instanceof UserError && few.includes(error.code)) return undefined;
    throw error;
  }
}

function nothingHeld(lines: number, share: number, { blockSize, lines: each }: Mlm): string {
  const why = each ? 'no example' : `less than one block of ${blockSize} word pieces`;
  return `Nothing is validated: data.validationShare (${100 * share} %) holds out ${lines === 1 ? 'one line' : `${lines} lines`}, ${why}. Give data.validation, a larger share, or more text.`;
}

/** Lines to validate on; a note where they are not all that was asked for. */
interface ValidationLines {
  readonly lines: readonly string[];
  readonly note?: string;
}

interface TrainingText {
  readonly examples: number;
  readonly example: (index: number, phase: number) => Example;
  readonly stream?: ExampleStream;
  /** What is held out for validation. */
  readonly held: ValidationLines;
  readonly notes: readonly string[];
}

async function trainingText(
  { data, seed }: ResolvedLanguageRecipe,
  { tokenizer }: BaseFrame,
  readWhole: number,
  options: LanguageOptions,
): Promise<TrainingText> {
  const share = data.validation.length > 0 ? 0 : data.validationShare;
  if ((await sizeOfFiles(data.text)) <= readWhole) {
    const lines = (await Promise.all(data.text.map(readTexts))).flat();
    const held = Math.floor(lines.length * share);
    const examples = languageExamples(lines.slice(held), tokenizer, options);
    return {
      examples: examples.length,
      example: (index) => examples[index],
      held: { lines: lines.slice(0, held) },
      notes: [],
    };
  }
  const texts = await indexTexts(data.text);
  const held = Math.floor(texts.lines * share);
  const { examples, sampled, example, stream } = streamedExamples({
    ...options,
    texts,
    held,
    seed,
    tokenizer,
  });
  return {
    examples,
    example,
    stream,
    held: validationLines(texts, held),
    notes: [
      `The text (${megabytes(texts.bytes)}) is read while training goes on, line by line in random order; an epoch counts as ${examples} examples, estimated from ${sampled} of ${texts.lines - held} lines.`,
    ],
  };
}

async function givenValidation(files: readonly string[], readWhole: number): Promise<ValidationLines> {
  if ((await sizeOfFiles(files)) <= readWhole)
    return { lines: (await Promise.all(files.map(readTexts))).flat() };
  const texts = await indexTexts(files);
  return validationLines(texts, texts.lines);
}

/** The first lines of a large text, without the blank ones. */
function validationLines(texts: IndexedTexts, count: number): ValidationLines {
  const found = firstLines(texts, count, VALIDATED);
  const lines = found.filter((text) => text.trim() !== '');
  if (found.length === count) return { lines };
  return {
    lines,
    note: `Validation takes the first ${found.length} of ${count} lines (${megabytes(VALIDATED)}).`,
  };
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
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
