import { resolve } from 'node:path';
import { userError } from '../core/errors/userError.ts';
import { namedPath } from '../formats/hubCache.ts';
import { budgetProblem, rowsOf } from './budget.ts';
import type { LoadedRecipe } from './load.ts';
import type { Recipe } from './schema.ts';
import { defaultK, type KindDefaults, kindDefaults, type Script, scriptOfTask } from './scripts.ts';
import { parseSftReference } from './sftReference.ts';
import type {
  AppliedSft,
  Checkpoint,
  Dropout,
  Freeze,
  FullPhase,
  LanguageData,
  Metric,
  Mlm,
  Phase,
  RecipeFacts,
  ResolvedRecipe,
  Select,
  Source,
  Task,
  TaskData,
  Validate,
} from './types.ts';

type Written<Field extends keyof Recipe> = NonNullable<Recipe[Field]>;
type LanguageRecipe = Extract<Recipe, { kind: 'language' }>;
type TaskRecipe = Extract<Recipe, { kind: 'task' }>;

/** run_mlm.py of the reference: `validation_split_percentage`. */
const defaultValidationShare = 0.05;
/** run_mlm.py of the reference: `mlm_probability`. */
const defaultMlmProbability = 0.15;
/** transformers' TrainingArguments. */
const defaultSeed = 42;
const defaultCheckpointMinutes = 10; // ours

/**
 * Gives every field of a recipe its value: the recipe's own, or the reference's example scripts' (scripts.ts says which),
 * with all paths absolute. Throws recipe-k-range and recipe-too-long-for-base where the recipe does not fit the base,
 * recipe-metric-spans where its metric does not fit the data's labels.
 */
export function resolveRecipe(loaded: LoadedRecipe, facts: RecipeFacts): ResolvedRecipe {
  const { recipe } = loaded;
  const defaults = kindDefaults(scriptOf(recipe), recipe.preset);
  const freeze = resolveFreeze(recipe, defaults);
  const paths = pathsFrom(loaded.folder);
  const common = {
    name: recipe.name ?? loaded.fileName,
    base: namedPath(loaded.folder, recipe.base, 'base'),
    language: recipe.language ?? null,
    apply: (recipe.apply ?? []).map((applied) => resolveApplied(applied, loaded.folder)),
    method: recipe.method ?? 'ltsft',
    select: resolveSelect(loaded, facts, freeze, defaults),
    full: resolveFull(recipe.full, defaults.full),
    ...given({
      fullFrom: recipe.full?.from === undefined ? undefined : resolve(loaded.folder, recipe.full.from),
      keepFullPhase: recipe.keepFullPhase,
    }),
    sparse: resolvePhase(recipe.sparse, defaults.sparse),
    optimizer: { ...defaults.optimizer, ...given(recipe.optimizer ?? {}) },
    dropout: resolveDropout(recipe.dropout, facts.dropout),
    // Absent where it is single, so that older runs' recipes are still the same.
    ...given({ precision: recipe.precision === 'mixed' ? recipe.precision : undefined }),
    freeze,
    l1OnSparseOnly: recipe.l1OnSparseOnly ?? false,
    report: { everySteps: recipe.report?.everySteps ?? defaults.reportEvery },
    checkpoint: resolveCheckpoint(recipe.checkpoint),
    seed: recipe.seed ?? defaultSeed,
  };
  if (recipe.kind === 'language') {
    const data = resolveLanguageData(recipe.data, paths);
    const mlm = resolveMlm(loaded, recipe, facts, freeze, defaults);
    const validates = data.validation.length > 0 || data.validationShare > 0;
    const validate = validates ? resolveValidate(recipe.validate, 'loss', defaults) : null;
    return { kind: 'language', ...common, data, mlm, maxLength: mlm.blockSize, validate };
  }
  const sources = recipe.sources?.map((source) => resolveSource(source, loaded.folder)) ?? null;
  const data: TaskData =
    sources === null
      ? { train: paths(recipe.data?.train), validation: paths(recipe.data?.validation) }
      : {
          train: sources.flatMap(({ train }) => train),
          validation: sources.flatMap(({ validation }) => validation),
        };
  const maxLength = fitting(loaded, facts, 'maxLength', recipe.maxLength, defaults);
  const task = resolveTask(recipe, maxLength);
  const metric = defaultMetric(task, facts);
  const validate = data.validation.length > 0 ? resolveValidate(recipe.validate, metric, defaults) : null;
  if (validate?.metric === 'f1Strict' && facts.strictSpans === false) {
    throw userError('recipe-metric-spans', { metric: validate.metric }, loaded.place(['validate', 'metric']));
  }
  return { kind: 'task', ...common, task, sources, data, maxLength, validate };
}

function scriptOf(recipe: Recipe): Script {
  if (recipe.kind === 'language') return 'language';
  const { task } = recipe;
  return scriptOfTask(task?.type, task?.type === 'classification' && task.pair !== undefined);
}

/** train_pos_tagging.sh and train_nli.sh judge by accuracy, train_ner.sh, train_sa.sh and train_qa.sh by f1, train_dp.sh by las. */
function defaultMetric(task: Task, { spans }: RecipeFacts): Metric {
  if (task.type === 'parsing') return 'las';
  if (task.type === 'questionAnswering') return 'f1';
  if (task.type === 'classification') return task.pair === null ? 'f1' : 'accuracy';
  return spans === true ? 'f1' : 'accuracy';
}

/** A path or a list of them, as absolute ones. */
function pathsFrom(folder: string): (named: string | readonly string[] | undefined) => readonly string[] {
  return (named) =>
    (typeof named === 'string' ? [named] : (named ?? [])).map((path) => resolve(folder, path));
}

function resolveApplied(applied: Written<'apply'>[number], folder: string): AppliedSft {
  const {
    sft,
    coefficient = 1,
    head = false,
  } = typeof applied === 'string' ? { ...parseSftReference(applied), head: false } : applied;
  return { sft: namedPath(folder, sft, 'sft'), coefficient, head };
}

function resolveSource(
  { name, train, validation, apply = [], language, repeat = 1 }: NonNullable<TaskRecipe['sources']>[number],
  folder: string,
): Source {
  const paths = pathsFrom(folder);
  return {
    name,
    train: paths(train),
    validation: paths(validation),
    apply: apply.map((applied) => resolveApplied(applied, folder)),
    ...given({ language }),
    repeat,
  };
}

/** Somebody who says whether the decoder is untied wants it to train, so it is not frozen then. */
function resolveFreeze(recipe: Recipe, defaults: KindDefaults): readonly Freeze[] {
  if (recipe.freeze !== undefined) return [...new Set(recipe.freeze)];
  const trainDecoder = recipe.kind === 'language' && recipe.mlm?.untie !== undefined;
  return trainDecoder ? defaults.freeze.filter((group) => group !== 'decoder') : defaults.freeze;
}

/** `density` becomes k as in the reference: int(density * maskable). */
function resolveSelect(
  { recipe, place }: LoadedRecipe,
  facts: RecipeFacts,
  freeze: readonly Freeze[],
  defaults: KindDefaults,
): Select {
  const maskable = facts.maskable(freeze);
  const { k: givenK, density, by = 'lottery', iterations = 1, within, budget } = recipe.select ?? {};
  const byDensity = density === undefined ? undefined : Math.floor(density * maskable);
  const byRow = facts.maskableByRow(freeze);
  const room = within?.flatMap(rowsOf).reduce((sum, row) => sum + (byRow.get(row) ?? 0), 0) ?? maskable;
  const byScript = Math.min(
    maskable,
    Math.max(1, room),
    defaultK(defaults.k, facts.modelType, facts.maskable(['layerNorm'])),
  );
  const k = givenK ?? byDensity ?? byScript;
  const used = (recipe.method ?? 'ltsft') === 'ltsft';
  if (used && (k < 1 || k > maskable)) throw userError('recipe-k-range', { k, maskable }, place(['select']));
  if (used && iterations > k)
    throw userError('recipe-iterations', { iterations, k }, place(['select', 'iterations']));
  const select: Select = {
    k,
    density: maskable > 0 ? k / maskable : 0,
    by,
    iterations,
    ...given({ within: within?.flatMap(rowsOf), budget }),
  };
  const wrong = used ? budgetProblem(select, byRow) : undefined;
  if (wrong !== undefined)
    throw wrong.error(place(['select', wrong.field, ...(wrong.group === null ? [] : [wrong.group])]));
  return select;
}

/** Bounds of the default only hold back default epochs; a default bound gives way to a given one. */
function resolvePhase(written: Written<'full'> = {}, defaults: Phase): Phase {
  const { steps, epochs, minSteps, maxSteps, l1 = defaults.l1 } = written;
  if (steps !== undefined) return { steps, epochs: null, minSteps: null, maxSteps: null, l1 };
  if (epochs !== undefined) {
    return { steps: null, epochs, minSteps: minSteps ?? null, maxSteps: maxSteps ?? null, l1 };
  }
  return {
    ...defaults,
    minSteps: minSteps ?? least(defaults.minSteps, maxSteps),
    maxSteps: maxSteps ?? most(defaults.maxSteps, minSteps),
    l1,
  };
}

function resolveFull(written: Written<'full'> = {}, defaults: Phase): FullPhase {
  const { stopAfter, settle } = written;
  const { overlap = 0.98, over = 3 } = settle ?? {};
  return {
    ...resolvePhase(written, defaults),
    ...given({ stopAfter, settle: settle === undefined ? undefined : { overlap, over } }),
  };
}

function least(bound: number | null, other: number | undefined): number | null {
  return bound === null || other === undefined ? bound : Math.min(bound, other);
}

function most(bound: number | null, other: number | undefined): number | null {
  return bound === null || other === undefined ? bound : Math.max(bound, other);
}

function resolveDropout(written: Recipe['dropout'], config: Dropout): Dropout {
  if (typeof written === 'number') return { hidden: written, attention: written, head: written };
  return { ...config, ...given(written ?? {}) };
}

function resolveCheckpoint(written: Recipe['checkpoint']): Checkpoint {
  const everySteps = written?.everySteps ?? null;
  const everyMinutes = written?.everyMinutes ?? (everySteps === null ? defaultCheckpointMinutes : null);
  return { everySteps, everyMinutes };
}

/** All scripts of the reference have --load_best_model_at_end. */
function resolveValidate(written: Recipe['validate'], metric: Metric, defaults: KindDefaults): Validate {
  const everySteps =
    written?.everySteps ?? (written?.everyEpochs === undefined ? defaults.validateEvery : null);
  return {
    everySteps,
    everyEpochs: everySteps === null ? (written?.everyEpochs ?? 1) : null,
    metric: written?.metric ?? metric,
    keepBest: written?.keepBest ?? true,
    sample: written?.sample ?? defaults.sample,
  };
}

function resolveLanguageData(
  data: LanguageRecipe['data'],
  paths: ReturnType<typeof pathsFrom>,
): LanguageData {
  const validation = paths(data.validation);
  const validationShare = validation.length > 0 ? 0 : (data.validationShare ?? defaultValidationShare);
  return { text: paths(data.text), validation, validationShare };
}

function resolveMlm(
  loaded: LoadedRecipe,
  { mlm = {} }: LanguageRecipe,
  facts: RecipeFacts,
  freeze: readonly Freeze[],
  defaults: KindDefaults,
): Mlm {
  if (facts.ownsDecoder === true && mlm.untie === false)
    throw userError('recipe-own-decoder', undefined, loaded.place(['mlm', 'untie']));
  return {
    probability: mlm.probability ?? defaultMlmProbability,
    blockSize: fitting(loaded, facts, 'mlm.blockSize', mlm.blockSize, defaults),
    lines: mlm.lines ?? false,
    // run_mlm.py copies the embeddings for --untie_embeddings, --freeze_decoder and --freeze_head.
    untie:
      facts.ownsDecoder === true || (mlm.untie ?? (freeze.includes('decoder') || freeze.includes('head'))),
  };
}

/** A length that the base can take: the given one, or the default as far as it fits. */
function fitting(
  { place }: LoadedRecipe,
  facts: RecipeFacts,
  field: 'maxLength' | 'mlm.blockSize',
  written: number | undefined,
  defaults: KindDefaults,
): number {
  const limit = facts.maxLength;
  if (written === undefined) return Math.min(defaults.maxLength ?? limit, limit);
  if (written <= limit) return written;
  throw userError('recipe-too-long-for-base', { field, value: written, limit }, place(field.split('.')));
}

/** run_qa.py of the reference: `doc_stride`. */
const defaultStride = 128;

function resolveTask({ task }: TaskRecipe, maxLength: number): Task {
  if (task?.type === 'parsing') {
    const { type, relations = null, decoding = 'tree', learnRoots = true, rename } = task;
    return { type, relations, decoding, learnRoots, ...given({ rename }) };
  }
  if (task?.type === 'questionAnswering') {
    return { type: task.type, stride: task.stride ?? Math.min(defaultStride, Math.floor(maxLength / 3)) };
  }
  if (task?.type === 'classification') {
    const { type, pair = null, label = 'label', labels = null, rename = {} } = task;
    return { type, text: task.text ?? (pair === null ? 'text' : 'premise'), pair, label, labels, rename };
  }
  const { column = 'upos', labels = null, rename } = task ?? {};
  return { type: 'tagging', column, labels, ...(rename === undefined ? {} : { rename }) };
}

/** An object without its undefined fields, so that spreading it overrules nothing. */
function given<T extends object>(fields: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]?: Exclude<T[Key], undefined>;
  };
}
