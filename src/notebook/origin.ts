import { createHash } from 'node:crypto';
import type { CellOrigin, CellOutcome, Staleness } from '../protocol/notebook.ts';
import { checkCell } from './cells/check.ts';
import { baseAbove, requestsOf, type SourceCell } from './cells/source.ts';
import { plainLines } from './sections.ts';

/** What is known of a cell's outcome: whether others can use it, and from which texts it was made. */
export interface Made {
  readonly isDone: boolean;
  readonly from: CellOrigin | undefined;
}

/** A cell as it is written now, and how its outcome was made; undefined where it has none. */
export interface MadeCell extends SourceCell {
  readonly made: Made | undefined;
}

export function madeOf(outcome: CellOutcome | undefined): Made | undefined {
  switch (outcome?.state) {
    case 'done':
      return { isDone: true, from: outcome.output.from };
    case 'failed':
      return { isDone: false, from: outcome.problem.from };
    default:
      return undefined;
  }
}

/** From which texts a cell's outcome is made that runs now. `above`: from which the outputs above it were made. */
export function originOf(
  cells: readonly SourceCell[],
  index: number,
  above: readonly (CellOrigin | undefined)[],
): CellOrigin {
  const used = usedAbove(cells, index, above);
  return { text: textHash(cells[index].text), ...(used === undefined ? {} : { above: hash(used) }) };
}

/** Which outcomes were made from other texts than those that stand there now; of those that do not say it, nothing is known. */
export function staleOf(cells: readonly MadeCell[]): (Staleness | undefined)[] {
  return cells.map(({ text, made }, i) => {
    const from = made?.from;
    if (from === undefined) return undefined;
    if (from.text !== textHash(text)) return 'text';
    // Only a cell that took something from above has to be understood.
    if (from.above === undefined) return undefined;
    const above = cells.slice(0, i).flatMap((one) => (one.made?.isDone === true ? [one.made.from] : []));
    return originOf(cells, i, above).above === from.above ? undefined : 'above';
  });
}

/** The same of cells with their outcomes, as a file has them. */
export function staleOutcomes(
  cells: readonly (SourceCell & { readonly outcome: CellOutcome | undefined })[],
): (Staleness | undefined)[] {
  return staleOf(cells.map((cell) => ({ ...cell, made: madeOf(cell.outcome) })));
}

/** What a cell takes from those above it: claims are about their outputs, others may leave it to them to name the base. */
function usedAbove(
  cells: readonly SourceCell[],
  index: number,
  above: readonly (CellOrigin | undefined)[],
): string | undefined {
  const { request } = checkCell(cells[index].text);
  if (request === undefined || request.kind === 'interference') return undefined;
  if (request.kind === 'expect') return JSON.stringify(above.map((one) => one ?? null));
  if (request.value.base !== undefined) return undefined;
  return baseAbove(requestsOf(cells.slice(0, index)), index) ?? '';
}

/** Line ends, and blank lines at the end, change nothing. */
function textHash(text: string): string {
  return hash(plainLines(text).trimEnd());
}

/** Sixteen digits: it is compared with one other. */
function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
