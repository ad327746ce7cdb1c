import { fullPhaseHash } from '../recipe/hash.ts';
import type { ResolvedRecipe } from '../recipe/types.ts';
import { KEPT_SHARE } from '../trainer/keptFullPhase.ts';

/** A run of a sweep with the value of every field. */
export interface ResolvedRun {
  readonly name: string;
  readonly recipe: ResolvedRecipe;
}

/** A run with the part that it has in a common full phase. */
export interface SharedRun extends ResolvedRun {
  /** The run whose full phase it takes instead of training its own. */
  readonly needs: string | null;
}

/** What an earlier start has made of a run that has a folder already. */
export interface StartedRun {
  readonly needs: string | null;
  /** Whether others may still take its full phase: it keeps it, or will. */
  readonly keeps: boolean;
}

/**
 * Of runs whose full phases would be the same, one trains it and keeps it, and the others take it from there. Runs that have been
 * started stay what they are.
 * @param fullPhaseOf where a run keeps what its full phase learns
 */
export function shareFullPhases(
  runs: readonly ResolvedRun[],
  fullPhaseOf: (name: string) => string,
  started: ReadonlyMap<string, StartedRun> = new Map(),
): SharedRun[] {
  const groups = new Map<string, ResolvedRun[]>();
  for (const run of runs) {
    if (!trainsCommonPhase(run.recipe)) continue;
    const key = fullPhaseHash(run.recipe, everyPath(run.recipe));
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  const needs = new Map<string, string>();
  const owners = new Set<string>();
  for (const group of groups.values()) {
    const isOwner = ({ name }: ResolvedRun) => {
      const before = started.get(name);
      return before?.needs === null && before.keeps;
    };
    const owner = group.find(isOwner) ?? group.find(({ name }) => !started.has(name));
    for (const { name, recipe } of group) {
      const before = started.get(name);
      const needed =
        before === undefined ? (choosesByLayer(recipe) ? null : (owner?.name ?? null)) : before.needs;
      if (needed === null || needed === name) continue;
      needs.set(name, needed);
      owners.add(needed);
    }
  }
  return runs.map(({ name, recipe }): SharedRun => {
    const needed = needs.get(name) ?? null;
    if (needed !== null) {
      const { keepFullPhase: _, ...rest } = recipe;
      return { name, needs: needed, recipe: { ...rest, fullFrom: fullPhaseOf(needed) } };
    }
    const keeps = owners.has(name) ? { keepFullPhase: true } : {};
    return { name, needs: null, recipe: { ...recipe, ...keeps } };
  });
}

/** Whether a run has a full phase that says which entries change most, and chooses no more of them than are kept. */
function trainsCommonPhase({ method, select, fullFrom, keepFullPhase }: ResolvedRecipe): boolean {
  return (
    method === 'ltsft' &&
    select.iterations === 1 &&
    select.by !== 'random' &&
    select.density <= KEPT_SHARE &&
    fullFrom === undefined &&
    keepFullPhase !== false
  );
}

/** Of the entries of some layers, fewer than are asked for may have been kept: such a run trains its own full phase. */
function choosesByLayer({ select }: ResolvedRecipe): boolean {
  return select.within !== undefined || select.budget !== undefined;
}

/** Files of the same name in two folders are not the same file. */
function everyPath(recipe: ResolvedRecipe): ReadonlyMap<string, string> {
  const sources = recipe.kind === 'task' ? (recipe.sources ?? []) : [];
  const data =
    recipe.kind === 'task'
      ? [...recipe.data.train, ...recipe.data.validation]
      : [...recipe.data.text, ...recipe.data.validation];
  const applied = [...recipe.apply, ...sources.flatMap(({ apply }) => apply)].map(({ sft }) => sft);
  return new Map([recipe.base, ...data, ...applied].map((path) => [path, path]));
}
