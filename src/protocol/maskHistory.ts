import { densityTable, placeOf } from '../core/density.ts';
import type { ChangeHistogram, MaskEvent, MovementEvent, SelectEvent } from './events.ts';

/** Layers and kinds of modules over which masks are counted. */
export interface MaskLayout {
  /** `emb`, layers by number from 0, `pooler`. */
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** Cells that exist: indices into rows and columns, and how many entries could be chosen there; null if unknown. */
  readonly cells: readonly { readonly row: number; readonly column: number; readonly total: number | null }[];
}

/** The mask at one moment of a full phase: as K would choose it then, or as it was chosen at its end. */
export interface MaskFrame {
  readonly iteration: number;
  /** Of the full phase; null for the mask that was chosen at its end. */
  readonly step: number | null;
  readonly threshold: number;
  /** Jaccard index with the frame before, where it was told. */
  readonly overlap: number | null;
  /** Entries in each cell of the layout. */
  readonly counts: readonly number[];
  /** Of all entries that it was chosen from; null for a chosen one. */
  readonly histogram: ChangeHistogram | null;
}

/** How far the entries of the mask have moved at one moment of a sparse phase. */
export interface MovementFrame {
  readonly iteration: number;
  readonly step: number;
  readonly histogram: ChangeHistogram;
}

/** The mask through time. Plain JSON, bounded: where there are many frames, every second one of the older ones goes. */
export interface MaskHistory {
  layout: MaskLayout;
  readonly frames: MaskFrame[];
  readonly movements: MovementFrame[];
}

const mostFrames = 200;

/** A history without frames. `maskable` says how many entries of each parameter could be chosen, where it is known. */
export function newMaskHistory(maskable: Readonly<Record<string, number>> = {}): MaskHistory {
  return { layout: layoutOf(Object.entries(maskable)), frames: [], movements: [] };
}

/** Adds what an event says of the mask; changes the history. */
export function addToHistory(history: MaskHistory, event: MaskEvent | SelectEvent | MovementEvent): void {
  if (event.type === 'movement') {
    const { iteration, step, histogram } = event;
    history.movements.push({ iteration, step, histogram });
    thin(history.movements, () => false);
    return;
  }
  // A run of an earlier version does not tell which parameters there are.
  if (history.layout.cells.length === 0) {
    history.layout = layoutOf(Object.keys(event.byParameter).map((name) => [name, null]));
  }
  const { iteration, threshold, byParameter } = event;
  const told = event.type === 'mask' ? event : { step: null, overlap: null, histogram: null };
  const { step, overlap, histogram } = told;
  const counts = countCells(history.layout, byParameter);
  history.frames.push({ iteration, step, threshold, overlap, counts, histogram });
  thin(history.frames, (frame) => frame.step === null);
}

function layoutOf(parameters: readonly (readonly [string, number | null])[]): MaskLayout {
  const { rows, columns, cells } = densityTable(
    parameters.map(([name, total]) => ({ name, entries: 0, total: total ?? undefined })),
  );
  return {
    rows,
    columns,
    cells: cells.map(({ row, column, total }) => ({
      row: rows.indexOf(row),
      column: columns.indexOf(column),
      total: total ?? null,
    })),
  };
}

function countCells(
  { rows, columns, cells }: MaskLayout,
  byParameter: Readonly<Record<string, number>>,
): number[] {
  const counts = cells.map(() => 0);
  for (const [name, count] of Object.entries(byParameter)) {
    const place = placeOf(name);
    const cell = cells.findIndex(
      (one) => rows[one.row] === place.row && columns[one.column] === place.column,
    );
    if (cell >= 0) counts[cell] += count;
  }
  return counts;
}

function thin<T>(frames: T[], keep: (frame: T) => boolean): void {
  if (frames.length <= mostFrames) return;
  const last = frames.length - 1;
  const left = frames.filter((frame, i) => (last - i) % 2 === 0 || keep(frame));
  frames.splice(0, frames.length, ...left);
}
