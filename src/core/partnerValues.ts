import { BLOCK_SIZE, WITHIN_BLOCK } from './compositionRules.ts';
import { forEachBlock } from './sparseBlocks.ts';
import type { SparseDiff } from './sft.ts';

/**
 * What a partner has at each of an SFT's entries of one parameter; NaN where it has none (no SFT's value is NaN). Four bytes an
 * entry.
 */
export function partnerValues({ indices }: SparseDiff, partner: SparseDiff): Float32Array {
  const found = new Float32Array(indices.length).fill(NaN);
  const block = new Float32Array(BLOCK_SIZE).fill(NaN);
  forEachBlock([indices, partner.indices], BLOCK_SIZE, (_, from, to) => {
    if (from[0] === to[0]) return;
    for (let k = from[1]; k < to[1]; k++) block[partner.indices[k] & WITHIN_BLOCK] = partner.values[k];
    for (let k = from[0]; k < to[0]; k++) found[k] = block[indices[k] & WITHIN_BLOCK];
    for (let k = from[1]; k < to[1]; k++) block[partner.indices[k] & WITHIN_BLOCK] = NaN;
  });
  return found;
}
