import type { Mask } from '../core/mask.ts';
import type { Parameter } from '../core/parameters.ts';
import type { Sft, SparseDiff } from '../core/sft.ts';
import { originalsAt } from './lending.ts';
import { entry } from './rewind.ts';
import type { Weights } from './weights.ts';

/** The SFT of a run: p - p0 on the mask, and whole what is trained densely. */
export function sparseDifference(weights: Weights, mask: Mask): Sft {
  const diffs = new Map<string, SparseDiff>();
  for (const [name, indices] of mask) {
    const original = weights.originals.get(name);
    if (indices.length === 0 || original === undefined) continue;
    const before = originalsAt(weights, name, indices);
    const values = Float32Array.from(indices, (flat, i) => entry(weights, name, flat) - before[i]);
    diffs.set(name, { indices, values, shape: original.shape });
  }
  return { diffs, abs: denseValues(weights) };
}

/** The same for a run without a mask: every entry that has moved. */
export function fullDifference(weights: Weights): Sft {
  const mask = new Map<string, Uint32Array>();
  for (const [name, { values }] of weights.originals) {
    if (weights.roles.get(name) !== 'maskable') continue;
    // Counted first: a list of all entries of a large vocabulary would be longer than an array may be.
    let count = 0;
    for (let i = 0; i < values.length; i++) count += Number(entry(weights, name, i) !== values[i]);
    const moved = new Uint32Array(count);
    let at = 0;
    for (let i = 0; i < values.length; i++) if (entry(weights, name, i) !== values[i]) moved[at++] = i;
    mask.set(name, moved);
  }
  return sparseDifference(weights, mask);
}

function denseValues(weights: Weights): Map<string, Parameter> {
  const abs = new Map<string, Parameter>();
  for (const [name, { shape, values }] of weights.arrays) {
    if (weights.roles.get(name) === 'dense') abs.set(name, { shape, values: values.slice() });
  }
  return abs;
}
