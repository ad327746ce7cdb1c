import { applySfts, pickHead, type CompositionOptions } from '../core/composition.ts';
import { userError, type UserError } from '../core/errors/userError.ts';
import type { Parameter } from '../core/parameters.ts';
import { languageExamples } from '../data/language.ts';
import type { Engine } from '../engine/engine.ts';
import { loadRawText } from '../formats/rawText.ts';
import { fingerprint } from '../library/fingerprint.ts';
import { checkBase, loadTerms, type LoadedTerm } from '../library/terms.ts';
import { maskedLanguageModelling, mlmNames } from '../model/heads/maskedLanguageModelling.ts';
import { embeddingNames, longestSequence } from '../model/names.ts';
import { parseRecipe } from '../recipe/load.ts';
import type { Recipe } from '../recipe/schema.ts';
import type { SftReference } from '../recipe/sftReference.ts';
import type { Task } from '../recipe/types.ts';
import { evaluateLanguage, type Evaluation } from '../training/evaluation.ts';
import type { Base } from './base.ts';
import { maskForEvaluation } from './languageData.ts';
import type { Evaluated, TaskOverrides } from './tasks/module.ts';
import { taskModule, taskTypes } from './tasks/tasks.ts';
import { withPredictor } from './withPredictor.ts';

export interface EvaluateOptions extends CompositionOptions, TaskOverrides {
  readonly engine: Engine;
  readonly data: string;
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
  const type = taskTypeOf(base, source);
  const evaluated =
    type === undefined
      ? await asLanguageModel(base, applied, source, options)
      : await asTask(base, applied, source, type, options);
  return { ...evaluated, warnings };
}

/** What the head in use was trained for; undefined where it is none of a task's. */
function taskTypeOf(base: Base, source: LoadedTerm | undefined): Task['type'] | undefined {
  if (source !== undefined) {
    const told = taskTypes.find((type) => type === source.metadata.task);
    const named = [...source.sft.abs.keys()];
    return told ?? (named.includes('classifier.weight') ? 'tagging' : undefined);
  }
  const { architectures } = base.config.raw;
  const own = Array.isArray(architectures) ? String(architectures[0]) : '';
  if (own.endsWith('ForTokenClassification')) return 'tagging';
  return own.endsWith('ForSequenceClassification') ? 'classification' : undefined;
}

async function asTask(
  base: Base,
  applied: Map<string, Parameter>,
  source: LoadedTerm | undefined,
  type: Task['type'],
  options: EvaluateOptions,
): Promise<Evaluated> {
  const { evaluate, outputWeight } = taskModule<Task>({ type });
  const outputs = applied.get(outputWeight(base.config))?.shape[0];
  const labels = options.labels ?? source?.metadata.labels ?? ownLabels(base);
  const file = source?.file ?? options.data;
  if (outputs === undefined) throw userError('evaluate-no-head', { base: base.name }, { file });
  if (labels === undefined || labels.length !== outputs) {
    throw userError('evaluate-labels', { outputs, labels: labels?.length }, { file });
  }
  const recipe = recipeOf(source);
  const task = recipe?.kind === 'task' ? recipe : undefined;
  return evaluate({
    base,
    parameters: applied,
    labels,
    written: task?.task,
    maxLength: task?.maxLength ?? longestSequence(base.config),
    options,
  });
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
  const model = { config: base.config, parameters: applied, head, outputs: base.config.vocabSize };
  const evaluation = await withPredictor(options.engine, model, (predictor, weights) =>
    evaluateLanguage(predictor, weights, masked),
  );
  return { ...evaluation, notes: [] };
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
