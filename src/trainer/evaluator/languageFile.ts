import { extname } from 'node:path';
import { userError } from '../../core/errors/userError.ts';
import { languageExamples } from '../../data/language.ts';
import type { Tokenizer } from '../../data/tokenizer/tokenizer.ts';
import { loadRawText, type TextLine } from '../../formats/rawText.ts';
import type { LoadedTerm } from '../../library/terms.ts';
import { maskedLanguageModelling, mlmNames } from '../../model/heads/maskedLanguageModelling.ts';
import { longestSequence } from '../../model/names.ts';
import type { Recipe } from '../../recipe/schema.ts';
import { scoreLosses } from '../../training/evaluation.ts';
import { predictPieces } from '../../training/predictions.ts';
import type { Base } from '../base.ts';
import { READ_WHOLE, sizeOfFiles } from '../indexedTexts.ts';
import { maskForEvaluation } from '../languageData.ts';
import type { EvaluationData } from './evaluationData.ts';
import { largeTextData, type LargeTextOptions } from './largeText.ts';
import { maskedItems } from './maskedItems.ts';

/** How a raw text is read. */
export interface ReadingOptions extends LargeTextOptions {
  /** Bytes of the largest text that is read whole. */
  readonly readWhole?: number | undefined;
}

/** How a language SFT was trained, as its recipe's text has it. */
export type WrittenMlm = Extract<Recipe, { kind: 'language' }>['mlm'];

export interface LanguageFileOptions extends ReadingOptions {
  readonly data: string;
  /** Word pieces of a block; by the recipe unless given. */
  readonly blockSize?: number | undefined;
  readonly mlm: WrittenMlm;
}

/** What is no raw text, though it can be read as such, markup and labels as words. */
const labelledEndings = new Set([
  '.conllu',
  '.conll',
  '.iob',
  '.iob2',
  '.bio',
  '.tsv',
  '.csv',
  '.json',
  '.jsonl',
]);

/**
 * A raw text as the head of a language model is evaluated on it: that of `source`, or the base's own.
 * @throws UserError of reading; `evaluate-no-head`; `evaluate-not-text` for labelled data; `recipe-too-long-for-base`
 */
export async function languageFile(
  base: Base,
  source: LoadedTerm | undefined,
  { data: file, blockSize, mlm, readWhole = READ_WHOLE, ...large }: LanguageFileOptions,
): Promise<EvaluationData> {
  const { tokenizer, config } = base;
  const names = mlmNames(config);
  const has = (name: string) => source?.sft.abs.has(name) === true || base.parameters.has(name);
  if (!has(names.bias)) throw userError('evaluate-no-head', { base: base.name }, { file });
  const ending = extname(file).toLowerCase();
  if (labelledEndings.has(ending)) {
    throw userError('evaluate-not-text', { ending, name: source?.name ?? base.name }, { file });
  }
  const longest = longestSequence(config);
  if (blockSize !== undefined && blockSize > longest)
    throw userError('recipe-too-long-for-base', {
      field: 'The block size',
      value: blockSize,
      limit: longest,
    });
  const untied = has(names.decoder) || (mlm?.untie ?? source !== undefined);
  const options = {
    // An SFT may have been trained on a base that takes more.
    blockSize: blockSize ?? Math.min(mlm?.blockSize ?? 256, longest),
    whole: mlm?.lines === true ? ('lines' as const) : ('blocks' as const),
    file,
  };
  const head = maskedLanguageModelling(untied);
  const probability = mlm?.probability ?? 0.15;
  const outputs = config.vocabSize;
  if ((await sizeOfFiles([file])) > readWhole) {
    return largeTextData({ ...options, tokenizer, probability, head, outputs }, large);
  }
  const lines = await loadRawText(file);
  const read = languageExamples(
    lines.map(({ text }) => text),
    tokenizer,
    options,
  );
  const examples = maskForEvaluation(read, probability, tokenizer);
  const lineOf = options.whole === 'lines' ? exampleLines(lines, read.length, tokenizer) : undefined;
  return {
    head,
    outputs,
    examples: examples.length,
    inputs: examples,
    variant: 'pieces', // what the cache holds beside losses
    mostOutcomes: 1000,
    notes: [],
    predict: (predictor, weights, chosen, between) =>
      predictPieces(predictor, weights, examples, chosen, between),
    score: (_, predictions) => scoreLosses(predictions),
    outcome: (example, prediction) => ({
      place: lineOf === undefined ? `block ${example + 1}` : `line ${lineOf[example]}`,
      items: maskedItems(examples[example], prediction, tokenizer),
    }),
    // Blocks are cut anywhere, so it is all of its lines that are looked for.
    texts: async () => [{ unit: 'lines', texts: (await loadRawText(file)).map(({ text }) => text) }],
  };
}

/** On which line each example stands, where a line is one: those without a piece are none. */
function exampleLines(
  lines: readonly TextLine[],
  examples: number,
  { encodeText, specialCount }: Tokenizer,
): Int32Array {
  const full =
    lines.length === examples ? lines : lines.filter(({ text }) => encodeText(text).length > specialCount);
  return Int32Array.from(full, ({ line }) => line);
}
