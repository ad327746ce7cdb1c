/**
 * Rows of counts added up by unit, the units in the order in which they come first: what is resampled or swapped must be independent,
 * and the pairs of one premise, or the questions about one paragraph, are not.
 * @param units to which unit each row belongs
 */
export function unitRows(rows: readonly ArrayLike<number>[], units: readonly unknown[]): Float64Array[] {
  const sums = new Map<unknown, Float64Array>();
  for (const [i, row] of rows.entries()) {
    const sum = sums.get(units[i]);
    if (sum === undefined) sums.set(units[i], Float64Array.from(row));
    else for (let column = 0; column < sum.length; column++) sum[column] += row[column];
  }
  return [...sums.values()];
}
