import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { ResolvedRecipe } from './types.ts';

/**
 * SHA-256 (hex) of what decides a run's result: by it a checkpoint of another recipe is recognised. Left out are names,
 * reports and checkpoints, validation where no best checkpoint is kept, and selection and sparse phase where the
 * method has none. A file or folder counts by its entry in `fingerprints` (by absolute path), or else by its
 * name alone, so that a folder that was moved is still the same.
 */
export function recipeHash(
  recipe: ResolvedRecipe,
  fingerprints: ReadonlyMap<string, string> = new Map(),
): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(essence(recipe, fingerprints))))
    .digest('hex');
}

function essence(recipe: ResolvedRecipe, fingerprints: ReadonlyMap<string, string>): Record<string, unknown> {
  const content = (path: string): string => fingerprints.get(path) ?? basename(path);
  const keepsBest = recipe.validate?.keepBest === true;
  const {
    name: _name,
    language: _language,
    report: _report,
    checkpoint: _checkpoint,
    keepFullPhase: _keep,
    fullFrom,
    ...rest
  } = recipe;
  const { density: _density, ...select } = recipe.select;
  // There it decides after which steps the mask is looked at, and so when the full phase ends.
  const { settle } = recipe.full;
  const settling = recipe.method === 'ltsft' && settle !== undefined ? recipe.report.everySteps : undefined;
  const sparse = recipe.method === 'ltsft' ? { select, sparse: recipe.sparse } : {};
  const validation = keepsBest ? recipe.data.validation.map(content) : [];
  const sources =
    recipe.kind === 'task' && recipe.sources !== null
      ? recipe.sources.map((source) => ({
          ...source,
          train: source.train.map(content),
          validation: keepsBest ? source.validation.map(content) : [],
          apply: source.apply.map((applied) => ({ ...applied, sft: content(applied.sft) })),
          // It decides which checkpoint is the best, and nothing else.
          language: keepsBest ? source.language : undefined,
        }))
      : undefined;
  const data =
    recipe.kind === 'task'
      ? { train: recipe.data.train.map(content), validation }
      : {
          text: recipe.data.text.map(content),
          validation,
          validationShare: recipe.data.validationShare,
        };
  return {
    ...rest,
    select: undefined,
    sparse: undefined,
    ...sparse,
    settling,
    ...(fullFrom === undefined ? {} : { fullFrom: content(fullFrom) }),
    base: content(recipe.base),
    apply: recipe.apply.map((applied) => ({ ...applied, sft: content(applied.sft) })),
    freeze: [...recipe.freeze].sort(),
    validate: keepsBest ? recipe.validate : null,
    data,
    sources,
  };
}

/**
 * SHA-256 (hex) of what decides what a full phase learns: runs that have it in common differ in their masks and sparse phases alone.
 */
export function fullPhaseHash(
  recipe: ResolvedRecipe,
  fingerprints: ReadonlyMap<string, string> = new Map(),
): string {
  const { select: _select, sparse: _sparse, l1OnSparseOnly, ...all } = essence(recipe, fingerprints);
  const { k, within, budget } = recipe.select;
  // Another mask settles at another step.
  const mask = all.settling === undefined ? undefined : { k, within, budget };
  return createHash('sha256')
    .update(JSON.stringify(sorted({ ...all, l1OnSparseOnly, mask })))
    .digest('hex');
}

/** The same value with the keys of all objects in order. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
