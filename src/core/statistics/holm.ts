/**
 * Holm's adjustment of a family of p-values: a claim whose adjusted p is at most 0.05 is one of a family in which the
 * probability of any false claim is at most 0.05, however the tests depend on each other. In the order of `ps`; NaN (nothing
 * to compare) stays NaN and does not count.
 */
export function holm(ps: readonly number[]): number[] {
  const order = [...ps.keys()].filter((i) => !Number.isNaN(ps[i])).sort((a, b) => ps[a] - ps[b] || a - b);
  const adjusted = ps.map(() => Number.NaN);
  let least = 0;
  for (const [rank, i] of order.entries()) {
    least = Math.max(least, Math.min(1, (order.length - rank) * ps[i]));
    adjusted[i] = least;
  }
  return adjusted;
}
