/**
 * Quantile of R ascending values: the one of rank (R + 1) * fraction, as is usual for bootstraps, interpolated linearly
 * between the two nearest (Hyndman and Fan's type 6). NaN where there is none.
 */
export function quantile(sorted: Float64Array, fraction: number): number {
  if (sorted.length === 0) return Number.NaN;
  const last = sorted.length - 1;
  const at = Math.min(Math.max(fraction * (sorted.length + 1) - 1, 0), last);
  const below = Math.floor(at);
  const above = Math.min(below + 1, last);
  // Equal values are returned as they are; infinite ones (a perplexity's) have no difference.
  if (sorted[below] === sorted[above]) return sorted[below];
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}
