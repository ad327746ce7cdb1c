import { resolve } from 'node:path';
import { applySfts } from '../core/composition.ts';
import { marksSpans } from '../core/metrics/spanLabels.ts';
import type { Parameter } from '../core/parameters.ts';
import { encoderShapes } from '../formats/encoderShapes.ts';
import { readModelParameters } from '../formats/modelFolder.ts';
import { fingerprint } from '../library/fingerprint.ts';
import { checkBase, loadTerms } from '../library/terms.ts';
import { buildModel } from '../model/buildModel.ts';
import type { ModelConfig } from '../model/config.ts';
import { longestSequence } from '../model/names.ts';
import { resolveRecipe } from '../recipe/defaults.ts';
import type { LoadedRecipe } from '../recipe/load.ts';
import type { Freeze, RecipeFacts, ResolvedRecipe, Task } from '../recipe/types.ts';
import { assignRoles, countEntries, type Role } from '../training/roles.ts';
import { loadBaseFrame, type BaseFrame } from './base.ts';
import { languageData } from './languageData.ts';
import { taskModule } from './tasks/tasks.ts';
import type { TrainingData } from './trainingData.ts';

/** A recipe with its data and what its base model is, in memory: all but weights. */
export interface PreparedData {
  readonly recipe: ResolvedRecipe;
  readonly base: BaseFrame;
  readonly data: TrainingData;
  /** Entries that may be in the mask. */
  readonly maskable: number;
}

/** A recipe with everything it names, in memory. */
export interface PreparedRun extends PreparedData {
  readonly baseFingerprint: string;
  /** p0 of the model in training: base, applied SFTs, head. Training frees what it has copied. */
  readonly originals: Map<string, Parameter>;
  readonly roles: ReadonlyMap<string, Role>;
  readonly notes: readonly string[];
}

/**
 * Loads the data of a recipe and gives every field its value, without reading any weights.
 * @throws UserError of reading, of a recipe that does not fit its base
 */
export async function prepareData(loaded: LoadedRecipe): Promise<PreparedData> {
  const base = await loadBaseFrame(resolve(loaded.folder, loaded.recipe.base));
  const recipe = await resolveWithFacts(loaded, base);
  const data =
    recipe.kind === 'language'
      ? await languageData(recipe, base)
      : await taskModule<Task>(recipe.task).training(recipe, base);
  const maskable = recipe.method === 'head' ? 0 : recipeFacts(base).maskable(recipe.freeze);
  return { recipe, base, data, maskable };
}

/**
 * Loads base, data and applied SFTs of a recipe and gives every field its value.
 * @throws UserError of reading, of a recipe that does not fit its base, of an SFT of another base
 */
export async function prepareRun(loaded: LoadedRecipe): Promise<PreparedRun> {
  return prepareWeights(await prepareData(loaded));
}

/**
 * Loads what is missing of a recipe whose data are prepared: weights of the base and applied SFTs.
 * @throws UserError of reading, of an SFT of another base
 */
export async function prepareWeights({ recipe, base, data }: PreparedData): Promise<PreparedRun> {
  const parameters = await readModelParameters(base.folder, base.config);
  const baseFingerprint = fingerprint(parameters);
  const terms = await loadTerms(recipe.apply);
  const warnings = checkBase(terms, { name: base.name, fingerprint: baseFingerprint });
  const withHead = recipe.apply.findIndex(({ head }) => head);
  const applied = applySfts(parameters, terms, { headFrom: withHead < 0 ? 'none' : withHead });
  const { head } = data;
  const originals = buildModel(applied, {
    config: base.config,
    head,
    labels: data.outputs,
    seed: recipe.seed,
  });
  const fresh = new Set([...originals.keys()].filter((name) => !applied.has(name)));
  const roles = assignRoles(originals.keys(), base.config, recipe.freeze, recipe.method, fresh);
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
export async function resolveWithFacts(
  loaded: LoadedRecipe,
  base: Pick<BaseFrame, 'config'>,
): Promise<ResolvedRecipe> {
  const facts = recipeFacts(base);
  const first = resolveRecipe(loaded, facts);
  if (first.kind === 'language' || first.task.type !== 'tagging') return first;
  const labels = await taskModule<Task>(first.task).labels(first);
  return resolveRecipe(loaded, { ...facts, spans: marksSpans(labels) });
}

function recipeFacts({ config }: Pick<BaseFrame, 'config'>): RecipeFacts {
  const shapes = new Map([...encoderShapes(config)].filter(([name]) => !name.includes('.pooler.')));
  const maskable = (freeze: readonly Freeze[]) => {
    let count = 0;
    for (const [name, role] of assignRoles(shapes.keys(), config, freeze, 'ltsft')) {
      if (role === 'maskable') count += (shapes.get(name) ?? []).reduce((product, size) => product * size, 1);
    }
    return count;
  };
  return {
    modelType: config.modelType,
    maskable,
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
