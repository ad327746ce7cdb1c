import type { Command } from 'commander';
import { userError } from '../../core/errors/userError.ts';
import { type Budget, budgetProblem, entriesByRow } from '../../recipe/budget.ts';
import { type MaskAt, masksAt } from '../../trainer/masksAt.ts';
import { openFullPhase } from '../../trainer/openFullPhase.ts';
import { count, percent, table } from '../format.ts';
import { inform, print, printJson } from '../output.ts';
import { pastRun } from '../pastRun.ts';
import { budgetOption, countsOf, densityOption } from '../values.ts';

interface MasksFlags {
  readonly k?: readonly number[];
  readonly density?: readonly number[];
  readonly budget?: Budget;
  readonly json?: boolean;
}

const DENSITIES = [0.001, 0.01, 0.02, 0.05, 0.1, 0.25];

export function masksCommand(program: Command): void {
  program
    .command('masks')
    .description('what other masks a run would have chosen, from its kept full phase')
    .argument('<run>', "the run's folder, or its full-phase.safetensors")
    .option('--k <list>', 'sizes of the mask, with commas', countsOf)
    .addOption(densityOption())
    .addOption(budgetOption())
    .option('--json', 'print one JSON object')
    .action(async (run: string, { k, density, budget, json }: MasksFlags) => {
      const { file, kept, maskable, recipe } = await openFullPhase(await pastRun(run));
      const select = budget === undefined ? recipe.select : { ...recipe.select, budget };
      const asked = k ?? density?.map((share) => Math.floor(share * maskable));
      const tooLarge = asked?.find((size) => size > maskable);
      if (tooLarge !== undefined) throw userError('masks-k-range', { k: tooLarge, maskable }, { file });
      const all = asked ?? DENSITIES.map((share) => Math.floor(share * maskable));
      const available = entriesByRow(kept.parameters);
      const problems = all.map((size) => budgetProblem({ ...select, k: size }, available));
      const wrong = asked === undefined ? undefined : problems.find((problem) => problem !== undefined);
      if (wrong !== undefined) throw wrong.error({ file });
      const masks = masksAt(
        kept,
        all.filter((_, i) => problems[i] === undefined),
        select,
      );
      const notes = masks.some(({ k }) => k > kept.count) ? [beyondNote(kept)] : [];
      if (json === true) {
        printJson({ maskable, kept: kept.count, moved: kept.moved, masks, notes });
        return;
      }
      print(masksText(masks));
      for (const note of notes) inform(`note: ${note}`);
    });
}

/** What is to be said of masks with more entries than the full phase has kept. */
function beyondNote(kept: { readonly count: number; readonly moved: number }): string {
  return `The full phase has kept the ${count(kept.count)} entries that changed most. What is said of a larger mask is about these alone; of the entries beyond, ${count(kept.moved - kept.count)} changed too, by less, and which of them it would have is uncertain. sft fork takes at most ${count(kept.count)}.`;
}

/** How much of a layer or of a kind of module is in a mask. */
function shareOf({ places }: MaskAt, field: 'row' | 'column', name: string): string {
  const own = places.filter((place) => place[field] === name);
  const sum = (field: 'entries' | 'of') => own.reduce((total, place) => total + place[field], 0);
  const share = sum('entries') / sum('of');
  // Small masks have their differences in later digits.
  return percent(share, share > 0 && share < 0.001 ? 4 : 1);
}

/** A row a layer, and below them one a kind of module; a column a size: the share of its entries that are in the mask. */
function masksText(masks: readonly MaskAt[]): string {
  const shares = (field: 'row' | 'column'): string[][] => {
    const names = new Set(masks.flatMap(({ places }) => places.map((place) => place[field])));
    return [...names].map((name) => [name, ...masks.map((mask) => shareOf(mask, field, name))]);
  };
  return table([
    ['K', ...masks.map(({ k }) => count(k))],
    ['density', ...masks.map(({ density }) => percent(density))],
    ['threshold', ...masks.map(({ threshold }) => threshold.toExponential(2))],
    ['uncertain', ...masks.map(({ uncertain }) => count(uncertain))],
    ...shares('row'),
    ...shares('column'),
  ]);
}
