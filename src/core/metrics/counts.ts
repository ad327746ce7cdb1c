/**
 * The sum of the units' statistics; a metric's value is its score of this.
 * @param units one row a unit, as `accuracyCounts`, `spanCounts`, ... make them
 * @param width statistics a row
 * @throws RangeError for a row of another length
 */
export function sumCounts(units: readonly ArrayLike<number>[], width: number): Float64Array {
  const sums = new Float64Array(width);
  for (const row of units) {
    checkWidth(row, width);
    for (let i = 0; i < width; i++) sums[i] += row[i];
  }
  return sums;
}

/** @throws RangeError for a row of another length than `width` */
export function checkWidth(row: ArrayLike<number>, width: number): void {
  if (row.length !== width) throw new RangeError(`a row of ${row.length} among rows of ${width}`);
}
