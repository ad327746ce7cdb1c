/**
 * What training computes in: `mixed` has products, and what is stored between them, in half precision, and everything else (the
 * parameters that are trained, sums, normalisation, loss) in single.
 */
export const precisions = ['single', 'mixed'] as const;

export type Precision = (typeof precisions)[number];
