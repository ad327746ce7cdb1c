import { resolve } from 'node:path';
import { applySfts } from '../core/composition.ts';
import { marksSpans } from '../core/metrics/spanLabels.ts';
import type { Parameters } from '../core/parameters.ts';
import { fingerprint } from '../library/fingerprint.ts';
import { checkBase, loadTerms } from '../library/terms.ts';
import { buildModel } from '../model/buildModel.ts';
import type { ModelConfig } from '../model/config.ts';
import type { Head } from '../model/heads/head.ts';
import { maskedLanguageModelling } from '../model/heads/maskedLanguageModelling.ts';
import { tokenClassification } from '../model/heads/tokenClassification.ts';
import { longestSequence } from '../model/names.ts';
import { resolveRecipe } from '../recipe/defaults.ts';
import type { LoadedRecipe } from '../recipe/load.ts';
import type { RecipeFacts, ResolvedRecipe } from '../recipe/types.ts';
import { assignRoles, countEntries, type Role } from '../training/roles.ts';
import { loadBase, type Base } from './base.ts';
import { languageData } from './languageData.ts';
import { taggingTrainingData, trainingLabels } from './taggingData.ts';
import type { TrainingData } from './trainingData.ts';

/** A recipe with everything it names, in memory. */
export interface PreparedRun {
  readonly recipe: ResolvedRecipe;
  readonly base: Base;
  readonly baseFingerprint: string;
  readonly data: TrainingData;
  /** p0 of the model in training: base, applied SFTs, head. */
  readonly originals: Parameters;
  readonly roles: ReadonlyMap<string, Role>;
  readonly maskable: number;
  readonly notes: readonly string[];
}

/**
 * Loads base, data and applied SFTs of a recipe and gives every field its value.
 * @throws UserError of reading, of a recipe that does not fit its base, of an SFT of another base
 */
export async function prepareRun(loaded: LoadedRecipe): Promise<PreparedRun> {
  const base = await loadBase(resolve(loaded.folder, loaded.recipe.base));
  const recipe = await resolveWithFacts(loaded, base);
  const baseFingerprint = fingerprint(base.parameters);
  const data =
    recipe.kind === 'language' ? await languageData(recipe, base) : await taggingTrainingData(recipe, base);
  const terms = await loadTerms(recipe.apply);
  const warnings = checkBase(terms, { name: base.name, fingerprint: baseFingerprint });
  const withHead = recipe.apply.findIndex(({ head }) => head);
  const applied = applySfts(base.parameters, terms, { headFrom: withHead < 0 ? 'none' : withHead });
  const { head } = data;
  const originals = buildModel(applied, {
    config: base.config,
    head,
    labels: data.outputs,
    seed: recipe.seed,
  });
  const roles = assignRoles(originals, base.config, recipe.freeze, recipe.method);
  return {
    recipe,
    base,
    baseFingerprint,
    data,
    originals,
    roles,
    maskable: countEntries(originals, roles, 'maskable'),
    notes: [...data.notes, ...warnings.map(({ message }) => message)],
  };
}

/**
 * Gives every field of a recipe its value: defaults depend on the base, and the default metric on whether labels mark spans.
 * @throws UserError of a recipe that does not fit its base, of reading the labels
 */
export async function resolveWithFacts(loaded: LoadedRecipe, base: Base): Promise<ResolvedRecipe> {
  const facts = recipeFacts(loaded, base);
  const first = resolveRecipe(loaded, facts);
  if (first.kind === 'language') return first;
  const labels = first.task.labels ?? (await trainingLabels(first.data.train, first.task.column));
  return resolveRecipe(loaded, { ...facts, spans: marksSpans(labels) });
}

function recipeFacts({ recipe }: LoadedRecipe, { config, parameters }: Base): RecipeFacts {
  const head: Head = recipe.kind === 'language' ? maskedLanguageModelling(true) : tokenClassification;
  const model = buildModel(parameters, { config, head, labels: 1, seed: 0 });
  return {
    modelType: config.modelType,
    maskable: (freeze) => countEntries(model, assignRoles(model, config, freeze, 'ltsft'), 'maskable'),
    maxLength: longestSequence(config),
    dropout: configDropout(config),
  };
}

function configDropout(config: ModelConfig & { readonly raw: Readonly<Record<string, unknown>> }) {
  const own = config.raw.classifier_dropout;
  return {
    hidden: config.hiddenDropout,
    attention: config.attentionDropout,
    head: typeof own === 'number' ? own : config.hiddenDropout,
  };
}
