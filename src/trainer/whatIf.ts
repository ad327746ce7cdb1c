import type { WhatIf } from '../protocol/whatIf.ts';
import { budgetProblem, entriesByRow } from '../recipe/budget.ts';
import { masksAt } from './masksAt.ts';
import { openFullPhase } from './openFullPhase.ts';

/** Sizes beside the run's own: equal ratios from the smallest share to all that has moved. */
const SIZES = 24;
const SMALLEST = 0.001;

/**
 * The masks that a finished run could have chosen, from what it has kept of its full phase.
 * @throws UserError `full-phase-missing`, of reading
 */
export async function whatIf(folder: string): Promise<WhatIf> {
  const { kept, maskable, recipe } = await openFullPhase(folder);
  const { select } = recipe;
  const available = entriesByRow(kept.parameters);
  const sizes = sizesFor(maskable, kept.moved, select.k).filter(
    (k) => k === select.k || budgetProblem({ ...select, k }, available) === undefined,
  );
  return {
    maskable,
    moved: kept.moved,
    own: sizes.indexOf(select.k),
    masks: masksAt(kept, sizes, select).map(({ k, threshold, uncertain, places }) => ({
      k,
      threshold,
      uncertain,
      places: places.map(({ row, column, entries }) => ({ row, column, entries })),
    })),
  };
}

/** Sizes of masks, ascending, the run's own among them. */
export function sizesFor(maskable: number, moved: number, own: number): number[] {
  const most = Math.max(1, Math.min(maskable, moved));
  const least = Math.min(most, Math.max(1, Math.ceil(SMALLEST * maskable)));
  const sizes = Array.from({ length: SIZES }, (_, i) =>
    Math.round(least * (most / least) ** (i / (SIZES - 1))),
  );
  return [...new Set([...sizes, own])].sort((a, b) => a - b);
}
