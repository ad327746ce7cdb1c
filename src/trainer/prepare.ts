import { basename } from 'node:path';
import { applySfts } from '../core/composition.ts';
import { marksSpans, spanScheme } from '../core/metrics/spanLabels.ts';
import { userError } from '../core/errors/userError.ts';
import type { Parameter, Parameters } from '../core/parameters.ts';
import type { Place } from '../core/errors/problem.ts';
import { namedPath } from '../formats/hubCache.ts';
import { encoderShapes } from '../formats/encoderShapes.ts';
import { readModelParameters } from '../formats/modelFolder.ts';
import { fingerprint } from '../library/fingerprint.ts';
import { checkBase, loadTerms } from '../library/terms.ts';
import { buildModel, fits } from '../model/buildModel.ts';
import type { ModelConfig } from '../model/config.ts';
import type { HeadParameter } from '../model/heads/head.ts';
import { embeddingNames, longestSequence } from '../model/names.ts';
import { entriesByRow } from '../recipe/budget.ts';
import { resolveRecipe } from '../recipe/defaults.ts';
import type { LoadedRecipe } from '../recipe/load.ts';
import type { Freeze, RecipeFacts, ResolvedRecipe, ResolvedTaskRecipe, Task } from '../recipe/types.ts';
import type { SourceDiffs } from '../training/activeSource.ts';
import { assignRoles, countEntries, type Role } from '../training/roles.ts';
import { loadBaseFrame, type BaseFrame } from './base.ts';
import type { FullPhase } from '../runs/fullPhaseFile.ts';
import { withHeadBefore } from './headBefore.ts';
import { loadKept } from './keptFullPhase.ts';
import { languageData } from './languageData.ts';
import { loadSourceDiffs, sourcesData, sourcesOf, validateSources } from './sources.ts';
import { taskModule } from './tasks/tasks.ts';
import type { TrainingData } from './trainingData.ts';

/** A recipe with its data and what its base model is, in memory: all but weights. */
export interface PreparedData {
  readonly recipe: ResolvedRecipe;
  readonly base: BaseFrame;
  readonly data: TrainingData;
  /** Entries that may be in the mask. */
  readonly maskable: number;
  /** Where a field of the recipe stands. */
  readonly place: LoadedRecipe['place'];
}

/** A recipe with everything it names, in memory. */
export interface PreparedRun extends PreparedData {
  readonly baseFingerprint: string;
  /** p0 of the model in training: base, applied SFTs, head. Training frees what it has copied. */
  readonly originals: Map<string, Parameter>;
  readonly roles: ReadonlyMap<string, Role>;
  /** Of several sources, what is added while a batch of each is computed. */
  readonly sourceDiffs: readonly SourceDiffs[];
  /** What the full phase of another run learnt, where this one takes it. */
  readonly kept: FullPhase | undefined;
  readonly notes: readonly string[];
}

/**
 * Loads the data of a recipe and gives every field its value, without reading any weights.
 * @throws UserError of reading, of a recipe that does not fit its base
 */
export async function prepareData(loaded: LoadedRecipe): Promise<PreparedData> {
  const base = await loadBaseFrame(namedPath(loaded.folder, loaded.recipe.base, 'base'));
  const recipe = await resolveWithFacts(loaded, base);
  const data =
    recipe.kind === 'language'
      ? await languageData(recipe, base)
      : recipe.sources === null
        ? await taskModule<Task>(recipe.task).training(recipe, base)
        : await sourcesData(recipe, base);
  const maskable = recipe.method === 'head' ? 0 : recipeFacts(base).maskable(recipe.freeze);
  return { recipe, base, data, maskable, place: loaded.place };
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
 * @throws UserError of reading, of an SFT of another base, `recipe-head-shape`, `recipe-frozen-head`
 */
export async function prepareWeights({ recipe, base, data, place }: PreparedData): Promise<PreparedRun> {
  const parameters = await readModelParameters(base.folder, base.config);
  const baseFingerprint = fingerprint(parameters);
  const terms = await loadTerms(recipe.apply);
  const warnings = checkBase(terms, { name: base.name, fingerprint: baseFingerprint });
  const withHead = recipe.apply.findIndex(({ head }) => head);
  const applied = applySfts(parameters, terms, { headFrom: withHead < 0 ? 'none' : withHead });
  const { head } = data;
  const wanted = head.parameters(base.config, data.outputs);
  if (withHead >= 0) checkHead(applied, wanted, recipe.apply[withHead].sft, place(['apply', withHead]));
  const originals = buildModel(applied, {
    config: base.config,
    head,
    labels: data.outputs,
    seed: recipe.seed,
    bareEmbeddings: parameters.get(embeddingNames(base.config).word),
  });
  // Also what an applied SFT has of it: nobody else has that, so this one must store it whole, too.
  const lacking = new Set([...originals.keys()].filter((name) => !parameters.has(name)));
  const roles = assignRoles(originals.keys(), base.config, recipe.freeze, recipe.method, lacking);
  // Layer norms begin alike everywhere, so frozen ones need not be stored.
  if (
    recipe.freeze.includes('head') &&
    wanted.some(({ name }) => roles.get(name) === 'frozen' && !applied.has(name))
  )
    throw userError('recipe-frozen-head', undefined, place(['freeze']));
  const identity = { name: base.name, fingerprint: baseFingerprint };
  const sources = await loadSourceDiffs(sourcesOf(recipe), identity, originals);
  const validate = data.sources === undefined ? data.validate : validateSources(data.sources, sources.diffs);
  return {
    recipe,
    base,
    baseFingerprint,
    data: { ...data, ...(validate === undefined ? {} : { validate }) },
    sourceDiffs: sources.diffs,
    kept: await loadKept(recipe, { baseFingerprint, originals, roles }),
    originals,
    roles,
    place,
    maskable: countEntries(originals, roles, 'maskable'),
    notes: [...data.notes, ...[...warnings, ...sources.warnings].map(({ message }) => message)],
  };
}

/** A head that training is to go on with must be there, and fit: a fresh one in its place would go unnoticed. */
function checkHead(applied: Parameters, wanted: readonly HeadParameter[], file: string, place: Place): void {
  for (const one of wanted) {
    const found = applied.get(one.name);
    if (found !== undefined && fits(found, one)) continue;
    const shapes = {
      wanted: one.shape.join(' x '),
      ...(found === undefined ? {} : { found: found.shape.join(' x ') }),
    };
    throw userError('recipe-head-shape', { sft: basename(file), parameter: one.name, ...shapes }, place);
  }
}

/**
 * Gives every field of a recipe its value: defaults depend on the base, and the default metric on whether labels mark spans.
 * @param findSpans whether the data's labels mark spans, for who remembers it
 * @throws UserError of a recipe that does not fit its base, its labels or the head that it goes on with; of reading these
 */
export async function resolveWithFacts(
  loaded: LoadedRecipe,
  base: Pick<BaseFrame, 'config'>,
  findSpans: (recipe: ResolvedTaskRecipe) => Promise<SpanFacts> = spanFacts,
): Promise<ResolvedRecipe> {
  const facts = recipeFacts(base);
  const first = await withHeadBefore(resolveRecipe(loaded, facts), loaded.place);
  if (first.kind === 'language' || first.task.type !== 'tagging') return first;
  const { task } = first;
  const whole = resolveRecipe(loaded, { ...facts, ...(await findSpans(first)) });
  return whole.kind === 'task' ? { ...whole, task } : whole;
}

/** What the defaults must know of labels. */
export type SpanFacts = Pick<RecipeFacts, 'spans' | 'strictSpans'>;

/** Whether the labels of a tagging recipe's data mark spans. @throws UserError of reading them */
export async function spanFacts(recipe: ResolvedTaskRecipe): Promise<SpanFacts> {
  const labels = await taskModule<Task>(recipe.task).labels(recipe);
  return { spans: marksSpans(labels), strictSpans: spanScheme(labels) !== undefined };
}

function recipeFacts({ config }: Pick<BaseFrame, 'config'>): RecipeFacts {
  const shapes = encoderShapes(config);
  const maskableByRow = (freeze: readonly Freeze[]) =>
    entriesByRow(
      [...assignRoles(shapes.keys(), config, freeze, 'ltsft')].flatMap(([name, role]) => {
        const size = (shapes.get(name) ?? []).reduce((product, length) => product * length, 1);
        return role === 'maskable' ? [{ name, size }] : [];
      }),
    );
  return {
    modelType: config.modelType,
    // Few heads use the pooler.
    maskable: (freeze) =>
      [...maskableByRow(freeze)].reduce((sum, [row, size]) => (row === 'pooler' ? sum : sum + size), 0),
    maskableByRow,
    maxLength: longestSequence(config),
    ownsDecoder: config.raw.tie_word_embeddings === false,
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
