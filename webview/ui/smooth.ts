/** Means of the values up to `radius` places away on each side; null stays null and counts for nothing. */
export function smooth(values: readonly (number | null)[], radius: number): (number | null)[] {
  const sums = [0];
  const counts = [0];
  for (const value of values) {
    sums.push((sums.at(-1) ?? 0) + (value ?? 0));
    counts.push((counts.at(-1) ?? 0) + (value === null ? 0 : 1));
  }
  return values.map((value, i) => {
    if (value === null) return null;
    // As far to one side as to the other, or the ends of a slope would bend.
    const reach = Math.min(radius, i, values.length - 1 - i);
    const from = i - reach;
    const to = i + reach + 1;
    return (sums[to] - sums[from]) / (counts[to] - counts[from]);
  });
}
