/**
 * Means of the values up to `radius` places away on each side; near the ends, where there are fewer on one side, the
 * line that fits them best. null stays null and counts for nothing.
 */
export function smooth(values: readonly (number | null)[], radius: number): (number | null)[] {
  const sums = [0];
  const counts = [0];
  for (const value of values) {
    sums.push((sums.at(-1) ?? 0) + (value ?? 0));
    counts.push((counts.at(-1) ?? 0) + (value === null ? 0 : 1));
  }
  return values.map((value, i) => {
    if (value === null) return null;
    const from = i - radius;
    const to = i + radius + 1;
    if (from < 0 || to > values.length) {
      // A line is less sure at its end than a mean: it takes twice as many.
      return fitted(values, Math.max(0, i - 2 * radius), i + 2 * radius + 1, i);
    }
    return (sums[to] - sums[from]) / (counts[to] - counts[from]);
  });
}

/** At place `at` of the straight line nearest to the values of a range, within their least and most. */
function fitted(values: readonly (number | null)[], from: number, to: number, at: number): number {
  const known = values
    .slice(from, to)
    .flatMap((value, i) => (value === null ? [] : [{ x: from + i - at, y: value }]));
  const mean = (read: (one: { x: number; y: number }) => number) =>
    known.reduce((sum, one) => sum + read(one), 0) / known.length;
  const [x, y] = [mean((one) => one.x), mean((one) => one.y)];
  const spread = mean((one) => (one.x - x) ** 2);
  const slope = spread === 0 ? 0 : mean((one) => (one.x - x) * (one.y - y)) / spread;
  const ys = known.map((one) => one.y);
  return Math.min(Math.max(...ys), Math.max(Math.min(...ys), y - slope * x));
}
