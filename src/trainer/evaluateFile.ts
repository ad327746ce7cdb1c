import { extname } from 'node:path';
import { applySfts, pickHead, type CompositionOptions } from '../core/composition.ts';
import { userError, type UserError } from '../core/errors/userError.ts';
import type { Parameter } from '../core/parameters.ts';
import { languageExamples } from '../data/language.ts';
import { taggingData } from '../data/tagging.ts';
import type { Engine } from '../engine/engine.ts';
import { loadRawText } from '../formats/rawText.ts';
import { fingerprint } from '../library/fingerprint.ts';
import { checkBase, loadTerms, type LoadedTerm } from '../library/terms.ts';
import { buildModel } from '../model/buildModel.ts';
import type { Head } from '../model/heads/head.ts';
import { maskedLanguageModelling, mlmNames } from '../model/heads/maskedLanguageModelling.ts';
import { tokenClassification } from '../model/heads/tokenClassification.ts';
import { embeddingNames, longestSequence } from '../model/names.ts';
import { parseRecipe } from '../recipe/load.ts';
import type { Recipe } from '../recipe/schema.ts';
import type { SftReference } from '../recipe/sftReference.ts';
import type { TagColumn } from '../recipe/types.ts';
import { evaluateLanguage, evaluateTagging, type Evaluation } from '../training/evaluation.ts';
import { graphModel, microTokensFor, packingOptions } from '../training/graphModel.ts';
import { newPredictor, type Predictor } from '../training/predictor.ts';
import { newWeights, type Weights } from '../training/weights.ts';
import type { Base } from './base.ts';
import { maskForEvaluation } from './languageData.ts';
import { loadTagged, lossNotes } from './taggingData.ts';

export interface EvaluateOptions extends CompositionOptions {
  readonly engine: Engine;
  readonly data: string;
  /** Column of a treebank, or `tag` for two columns; by the recipe or the file's name unless given. */
  readonly column?: TagColumn | undefined;
  /** Meaning of the head's outputs, for an SFT that does not say. */
  readonly labels?: readonly string[] | undefined;
  /** Word pieces of a block of raw text; by the recipe unless given. */
  readonly blockSize?: number | undefined;
  readonly force?: boolean | undefined;
}

export interface FileEvaluation extends Evaluation {
  readonly notes: readonly string[];
  readonly warnings: readonly UserError[];
}

/**
 * Evaluates base + SFTs on a file: as a tagger where an SFT or the base has a tagging head, otherwise as a masked language
 * model.
 * @throws UserError of reading and composition, of an SFT of another base, of a head that cannot be evaluated
 */
export async function evaluateFile(
  base: Base,
  references: readonly SftReference[],
  options: EvaluateOptions,
): Promise<FileEvaluation> {
  const terms = await loadTerms(references);
  const warnings =
    terms.length === 0
      ? []
      : checkBase(terms, { name: base.name, fingerprint: fingerprint(base.parameters) }, options.force);
  const applied = applySfts(base.parameters, terms, options);
  const source = pickHead(terms, options);
  const own = isTagger(base) ? applied.get('classifier.weight') : undefined;
  const classifier = source?.sft.abs.get('classifier.weight') ?? own;
  const evaluated =
    classifier === undefined
      ? await asLanguageModel(base, applied, source, options)
      : await asTagger(base, applied, classifier, source, options);
  return { ...evaluated, warnings };
}

type Evaluated = Evaluation & { readonly notes: readonly string[] };

async function asTagger(
  base: Base,
  applied: Map<string, Parameter>,
  classifier: Parameter,
  source: LoadedTerm | undefined,
  options: EvaluateOptions,
): Promise<Evaluated> {
  const outputs = classifier.shape[0];
  const labels = options.labels ?? source?.metadata.labels ?? ownLabels(base);
  if (labels === undefined || labels.length !== outputs) {
    throw userError(
      'evaluate-labels',
      { outputs, labels: labels?.length },
      { file: source?.file ?? options.data },
    );
  }
  const recipe = recipeOf(source);
  const written = recipe?.kind === 'task' ? recipe.task?.column : undefined;
  const column = options.column ?? (extname(options.data) === '.conllu' ? (written ?? 'upos') : 'tag');
  const maxLength = (recipe?.kind === 'task' ? recipe.maxLength : undefined) ?? longestSequence(base.config);
  const sentences = await loadTagged(options.data, column);
  const data = taggingData(sentences, labels, base.tokenizer, { maxLength, file: options.data });
  const evaluation = await withPredictor(
    base,
    applied,
    tokenClassification,
    outputs,
    options,
    (predictor, weights) => evaluateTagging(predictor, weights, data),
  );
  return { ...evaluation, notes: lossNotes(data, maxLength, 'data') };
}

async function asLanguageModel(
  base: Base,
  applied: Map<string, Parameter>,
  source: LoadedTerm | undefined,
  options: EvaluateOptions,
): Promise<Evaluated> {
  const names = mlmNames(base.config);
  if (!applied.has(names.bias))
    throw userError('evaluate-no-head', { base: base.name }, { file: options.data });
  const recipe = recipeOf(source);
  const mlm = recipe?.kind === 'language' ? recipe.mlm : undefined;
  // A frozen output matrix is a copy of the base's embeddings, before any difference is added.
  const untied = applied.has(names.decoder) || (mlm?.untie ?? source !== undefined);
  const word = base.parameters.get(embeddingNames(base.config).word);
  if (untied && word !== undefined && !applied.has(names.decoder)) applied.set(names.decoder, word);
  const blockSize = options.blockSize ?? mlm?.blockSize ?? Math.min(256, longestSequence(base.config));
  const lines = (await loadRawText(options.data)).map(({ text }) => text);
  const whole = mlm?.lines === true ? 'lines' : 'blocks';
  const examples = languageExamples(lines, base.tokenizer, { blockSize, whole, file: options.data });
  const masked = maskForEvaluation(examples, mlm?.probability ?? 0.15, base.tokenizer);
  const head = maskedLanguageModelling(untied);
  const evaluation = await withPredictor(
    base,
    applied,
    head,
    base.config.vocabSize,
    options,
    (predictor, weights) => evaluateLanguage(predictor, weights, masked),
  );
  return { ...evaluation, notes: [] };
}

async function withPredictor(
  { config }: Base,
  applied: Map<string, Parameter>,
  head: Head,
  outputs: number,
  { engine }: EvaluateOptions,
  use: (predictor: Predictor, weights: Weights) => Promise<Evaluation>,
): Promise<Evaluation> {
  const parameters = buildModel(applied, { config, head, labels: outputs, seed: 0 });
  const frozen = new Map([...parameters.keys()].map((name) => [name, 'frozen'] as const));
  const weights = newWeights(parameters, frozen, config, []);
  const predictor = newPredictor({
    engine,
    model: graphModel(parameters, config, head),
    packing: packingOptions(config, head),
    labels: outputs,
    microTokens: microTokensFor(config),
  });
  try {
    return await use(predictor, weights);
  } finally {
    await predictor.release();
  }
}

/** Whether the base is a finished tagger, such as an exported one. */
function isTagger({ config }: Base): boolean {
  const { architectures } = config.raw;
  return Array.isArray(architectures) && String(architectures[0]).endsWith('ForTokenClassification');
}

/** The labels that the base's config.json names. */
function ownLabels({ config }: Base): readonly string[] | undefined {
  const { id2label } = config.raw;
  if (typeof id2label !== 'object' || id2label === null) return undefined;
  const names = Object.entries(id2label).map(([id, name]) => [Number(id), String(name)] as const);
  return names.sort(([a], [b]) => a - b).map(([, name]) => name);
}

/** The recipe that an SFT's file keeps; settings of it decide how it is evaluated. */
function recipeOf(source: LoadedTerm | undefined): Recipe | undefined {
  if (source?.metadata.recipe === undefined) return undefined;
  return parseRecipe(source.metadata.recipe, source.file).recipe;
}
