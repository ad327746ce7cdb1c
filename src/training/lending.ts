import { lowerBound } from '../core/search.ts';
import type { Weights } from './weights.ts';

/**
 * p0 of the entries at which an array of p0 holds p. In a sparse phase p differs from p0 in the mask alone, so that both live in
 * one array, and a second copy of the model is spared.
 */
export interface LentEntries {
  readonly indices: Uint32Array;
  readonly originals: Float32Array;
}

/** Whether p and p0 of a parameter are one array. */
export function sharesArray(weights: Weights, name: string): boolean {
  const array = weights.arrays.get(name)?.values;
  return array !== undefined && array === weights.originals.get(name)?.values;
}

/**
 * Allows p to differ from p0 at these entries (ascending, all of those lent before among them) of a parameter whose p and p0 are one
 * array. `originals` is given p0 there, and belongs to the weights from now on.
 */
export function lend(
  weights: Weights,
  name: string,
  indices: Uint32Array,
  originals = new Float32Array(indices.length),
): void {
  const array = weights.arrays.get(name)?.values;
  if (array === undefined || !sharesArray(weights, name))
    throw new Error(`p and p0 of ${name} are two arrays.`);
  originals.set(originalsAt(weights, name, indices));
  weights.lent.set(name, { indices, originals });
}

/** p0 of these entries (ascending), wherever it is. */
export function originalsAt(weights: Weights, name: string, indices: Uint32Array): Float32Array {
  const array = weights.originals.get(name)?.values;
  if (array === undefined) throw new Error(`The model lacks ${name}.`);
  const found = new Float32Array(indices.length);
  gather(array, indices, found);
  const lent = weights.lent.get(name);
  if (lent === undefined) return found;
  for (let i = 0, at = lowerBound(lent.indices, indices[0] ?? 0); i < indices.length; i++) {
    while (at < lent.indices.length && lent.indices[at] < indices[i]) at++;
    if (lent.indices[at] === indices[i]) found[i] = lent.originals[at];
  }
  return found;
}

/** Makes the array of a parameter p0 again. */
export function giveBack(weights: Weights, name: string): void {
  const lent = weights.lent.get(name);
  const array = weights.originals.get(name)?.values;
  if (lent === undefined || array === undefined) return;
  const { indices, originals } = lent;
  for (let i = 0; i < indices.length; i++) array[indices[i]] = originals[i];
  weights.lent.delete(name);
}

/** Values of `from` at `indices`, written to `into`. */
export function gather(from: Float32Array, indices: Uint32Array, into: Float32Array): void {
  for (let i = 0; i < indices.length; i++) into[i] = from[indices[i]];
}
