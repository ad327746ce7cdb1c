import type { SparseDiff } from './sft.ts';

/** How far each line of a parameter has moved: a row, a column, or as many of them as a head has. */
export interface Movement {
  /** Number of entries. */
  readonly entries: Uint32Array;
  /** Sum of |value|. */
  readonly l1: Float64Array;
  /** Sum of value^2, of which the L2 movement is the root. */
  readonly squares: Float64Array;
}

/** How a parameter [rows, columns] is cut into lines. A vector is a matrix of one column. */
export interface Lines {
  readonly columns: number;
  readonly by: 'row' | 'column';
  /** Rows or columns a line. */
  readonly width: number;
}

export function newMovement(lines: number): Movement {
  return {
    entries: new Uint32Array(lines),
    l1: new Float64Array(lines),
    squares: new Float64Array(lines),
  };
}

/** Adds entries of a parameter, all or a part of them, to the movement of its lines. */
export function addMovement(
  { entries, l1, squares }: Movement,
  { indices, values }: Pick<SparseDiff, 'indices' | 'values'>,
  { columns, by, width }: Lines,
): void {
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i];
    // Indices above 2^31 are doubles here, of which V8's remainder is slow.
    const row = Math.floor(index / columns);
    const line = Math.floor((by === 'row' ? row : index - row * columns) / width);
    const value = values[i];
    entries[line]++;
    l1[line] += Math.abs(value);
    squares[line] += value * value;
  }
}

export const movementOrders = ['l2', 'l1', 'entries', 'line'] as const;
/** What lines are sorted by. */
export type MovementOrder = (typeof movementOrders)[number];

/** Lines that have entries: by their number upwards, or by what has moved most; ties in the order of the lines. */
export function sortedLines({ entries, l1, squares }: Movement, by: MovementOrder): Uint32Array {
  const lines = Uint32Array.from(entries.keys()).filter((line) => entries[line] > 0);
  if (by === 'line') return lines;
  const key = { l2: squares, l1, entries }[by];
  return lines.sort((a, b) => key[b] - key[a] || a - b);
}
