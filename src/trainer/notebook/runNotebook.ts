import type { NotebookCell } from '../../notebook/notebook.ts';
import type { CellOutcome, CellProgress } from '../../protocol/notebook.ts';
import { type CellPlace, runCell } from './runCell.ts';

export interface NotebookRun {
  /** The cells with their new outcomes. After an interruption the later ones are as they were. */
  readonly cells: readonly NotebookCell[];
  readonly interrupted: boolean;
  /** Numbers of cells, from 1, that could not be run. */
  readonly failed: readonly number[];
  /** Claims that do not hold, of how many. */
  readonly refuted: number;
  readonly claims: number;
  /** What nobody foresaw, and ended it: it is thrown when the outputs of the cells before are safe. */
  readonly bug?: { readonly error: unknown };
}

export interface NotebookRunOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told how far a cell is, by its number from 1. */
  readonly progress?: ((cell: number, progress: CellProgress) => void) | undefined;
  /** Told how a cell ended. */
  readonly tell?: ((cell: number, outcome: CellOutcome) => void) | undefined;
}

/** Runs all cells in their order; one that fails does not keep the others from running. */
export async function runNotebook(
  cells: readonly NotebookCell[],
  place: CellPlace,
  { signal, progress, tell }: NotebookRunOptions = {},
): Promise<NotebookRun> {
  const done = [...cells];
  let interrupted = false;
  let bug: NotebookRun['bug'];
  for (const [i, cell] of cells.entries()) {
    if (cell.language !== 'sft-cell') continue;
    const above = done
      .slice(0, i)
      .flatMap(({ outcome }) => (outcome?.state === 'done' ? [outcome.output] : []));
    const options = { above, signal, progress: (told: CellProgress) => progress?.(i + 1, told) };
    let outcome: CellOutcome;
    try {
      outcome = await runCell(cells, i, place, options);
    } catch (error) {
      bug = { error };
      break;
    }
    done[i] = { ...cell, outcome };
    tell?.(i + 1, outcome);
    interrupted = outcome.state === 'interrupted';
    if (interrupted) break;
  }
  const outputs = done.flatMap(({ outcome }) => (outcome?.state === 'done' ? [outcome.output] : []));
  const claims = outputs.flatMap(({ blocks }) =>
    blocks.flatMap((block) => (block.type === 'claims' ? block.claims : [])),
  );
  return {
    cells: done,
    interrupted,
    failed: done.flatMap(({ outcome }, i) => (outcome?.state === 'failed' ? [i + 1] : [])),
    refuted: claims.filter(({ holds }) => !holds).length,
    claims: claims.length,
    ...(bug === undefined ? {} : { bug }),
  };
}

/** Whether all cells have run and all claims hold. */
export function isGreen({ interrupted, failed, refuted }: NotebookRun): boolean {
  return !interrupted && failed.length === 0 && refuted === 0;
}
