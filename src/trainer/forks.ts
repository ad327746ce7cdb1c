import { createHash } from 'node:crypto';
import { userError } from '../core/errors/userError.ts';
import type { KeptChanges } from '../core/keptChanges.ts';
import { type Budget, budgetProblem, budgetText, entriesByRow, rowsOf } from '../recipe/budget.ts';
import type { ResolvedRecipe, SelectBy } from '../recipe/types.ts';
import { groupBeyond } from './keptFullPhase.ts';

/** What forks of one full phase differ in; every combination becomes a run. */
export interface ForkSettings {
  readonly k?: readonly number[];
  /** Shares of the maskable entries, instead of k. */
  readonly density?: readonly number[];
  readonly by?: readonly SelectBy[];
  /** Of the sparse phase: order of the data, dropout; and of random masks. */
  readonly seed?: readonly number[];
  /** Layers among which entries are chosen. */
  readonly within?: readonly string[];
  /** How many of the entries some layers get. */
  readonly budget?: Budget;
}

/**
 * The recipes of a run's forks: as its own, but that the full phase comes from `file`, with another mask or seed. Named after what
 * differs.
 * @param recipe of the run that kept its full phase
 * @param kept by it
 * @throws UserError `recipe-no-mask` for a run without one; of a budget that cannot be had; `full-phase-too-few`
 */
export function forkRecipes(
  recipe: ResolvedRecipe,
  file: string,
  kept: KeptChanges,
  settings: ForkSettings,
): ResolvedRecipe[] {
  const maskable = kept.parameters.reduce((sum, { size }) => sum + size, 0);
  const recipes = allRecipes(recipe, file, maskable, settings);
  const available = entriesByRow(kept.parameters);
  for (const { select } of recipes) {
    const wrong = budgetProblem(select, available);
    if (wrong !== undefined) throw wrong.error({ file });
    const short = select.by === 'random' ? undefined : groupBeyond(kept, select);
    if (short !== undefined) throw userError('full-phase-too-few', short, { file });
  }
  return recipes;
}

function allRecipes(
  recipe: ResolvedRecipe,
  file: string,
  maskable: number,
  { k, density, by, seed, within, budget }: ForkSettings,
): ResolvedRecipe[] {
  if (recipe.method !== 'ltsft') {
    throw userError('recipe-no-mask', { field: 'fork', method: recipe.method });
  }
  const sizes = k ?? density?.map((share) => Math.floor(share * maskable)) ?? [recipe.select.k];
  const choices = by ?? [recipe.select.by];
  const seeds = seed ?? [recipe.seed];
  return sizes.flatMap((size) =>
    choices.flatMap((choice) =>
      seeds.map((number): ResolvedRecipe => {
        const parts = [
          recipe.name,
          ...(k === undefined && density === undefined ? [] : [`k${size}`]),
          ...(by === undefined ? [] : [choice]),
          ...(seed === undefined ? [] : [`s${number}`]),
          ...(within === undefined ? [] : [`in-${within.join('-')}`]),
          ...(budget === undefined ? [] : [`budget-${budgetName(budget)}`]),
        ];
        const { keepFullPhase: _, ...rest } = recipe;
        return {
          ...rest,
          name: parts.length === 1 ? `${recipe.name}-fork` : parts.join('-'),
          seed: number,
          select: {
            ...recipe.select,
            k: size,
            density: size / maskable,
            by: choice,
            ...(within === undefined ? {} : { within: within.flatMap(rowsOf) }),
            ...(budget === undefined ? {} : { budget }),
          },
          fullFrom: file,
        };
      }),
    ),
  );
}

/** A budget as a part of a run's name: `emb-10pc_0-5-2000`, or a hash where that is long. */
function budgetName(budget: Budget): string {
  const text = budgetText(budget);
  const name = text.replaceAll(', ', '_').replaceAll('=', '-').replace(/ ?%/g, 'pc');
  return name.length <= 40 ? name : createHash('sha256').update(text).digest('hex').slice(0, 8);
}
