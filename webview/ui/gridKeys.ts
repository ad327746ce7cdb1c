/** A cell by row and column. */
export interface GridPlace {
  readonly row: number;
  readonly column: number;
}

/** Where a key leads to from a cell of a grid with holes: the next cell in that direction, or undefined. */
export function gridMove<T extends GridPlace>(
  cells: readonly T[],
  from: GridPlace,
  key: string,
): T | undefined {
  const { row, column } = from;
  const inRow = cells.filter((cell) => cell.row === row).sort((a, b) => a.column - b.column);
  switch (key) {
    case 'ArrowRight':
      return inRow.find((cell) => cell.column > column);
    case 'ArrowLeft':
      return inRow.findLast((cell) => cell.column < column);
    case 'Home':
      return inRow[0];
    case 'End':
      return inRow.at(-1);
    case 'ArrowDown':
      return nearest(cells, from, (cell) => cell.row - row);
    case 'ArrowUp':
      return nearest(cells, from, (cell) => row - cell.row);
    default:
      return undefined;
  }
}

/** In the next row that has cells, the one whose column is nearest. */
function nearest<T extends GridPlace>(
  cells: readonly T[],
  { column }: GridPlace,
  distance: (cell: T) => number,
): T | undefined {
  const beyond = cells.filter((cell) => distance(cell) > 0);
  const next = Math.min(...beyond.map(distance));
  return beyond
    .filter((cell) => distance(cell) === next)
    .sort((a, b) => Math.abs(a.column - column) - Math.abs(b.column - column))[0];
}
