/** Positions of the slider, from 0: a step of the arrow keys is about 1.6 % of K where the scale is at its widest. */
export const kPositions = 400;
/** A coarse step: about a third of K. */
export const coarseSteps = 20;

/** The least and the largest K that the slider gives. */
export interface KRange {
  readonly low: number;
  readonly high: number;
}

/** From 0.1 % to half of the entries that may be chosen, and wider where K lies beyond; at least an entry an iteration. */
export function kRange(maskable: number, k: number, iterations: number): KRange {
  const low = Math.max(1, iterations, Math.ceil(0.001 * maskable));
  const high = Math.max(low, Math.floor(0.5 * maskable));
  return { low: Math.min(low, k), high: Math.max(high, k) };
}

/** K at a position: equal ways on the slider are equal ratios. Three digits, for nobody means more by a slider. */
export function kAt(range: KRange, position: number): number {
  const { low, high } = range;
  if (position <= 0) return low;
  if (position >= kPositions) return high;
  const k = low * (high / low) ** (position / kPositions);
  return within(range, k < 1000 ? Math.round(k) : Number(k.toPrecision(3)));
}

/** The position next to a K. */
export function positionOf({ low, high }: KRange, k: number): number {
  if (high <= low) return 0;
  const position = (kPositions * Math.log(k / low)) / Math.log(high / low);
  return Math.round(Math.min(kPositions, Math.max(0, position)));
}

/** K so many steps up or down; it changes with every step, until it is at an end. */
export function steppedK(range: KRange, k: number, steps: number): number {
  const next = kAt(range, positionOf(range, k) + steps);
  return within(range, steps > 0 ? Math.max(next, k + 1) : Math.min(next, k - 1));
}

function within({ low, high }: KRange, k: number): number {
  return Math.min(high, Math.max(low, k));
}
