import type { KeyPart } from './keyChunks.ts';
import { radixSelect } from './radixSelect.ts';
import type { Sft, SparseDiff } from './sft.ts';

/** How many sparse entries an SFT has. */
export function entryCount({ diffs }: Sft): number {
  let count = 0;
  for (const { indices } of diffs.values()) count += indices.length;
  return count;
}

/**
 * The SFT with its `keep` entries of largest |value|, over all parameters together; equal ones in the order of parameters and
 * indices, so that a smaller pruned SFT is part of a larger one. Entries of value 0 are never kept. The head stays whole, and
 * so does what is kept: nothing is trained again.
 */
export function prune(sft: Sft, keep: number): Sft {
  const { chosen } = radixSelect([...sft.diffs.values()].map(magnitudeKeys), keep);
  const diffs = new Map<string, SparseDiff>();
  [...sft.diffs].forEach(([name, { indices, values, ...rest }], part) => {
    const kept = chosen[part];
    diffs.set(name, {
      ...rest,
      indices: kept.map((k) => indices[k]),
      values: Float32Array.from(kept, (k) => values[k]),
    });
  });
  return { diffs, abs: sft.abs };
}

/** The bits of |value|, which are in the order of the numbers. */
function magnitudeKeys({ values }: SparseDiff): KeyPart {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  return {
    size: values.length,
    fill(from, count, { keys }) {
      for (let i = 0; i < count; i++) keys[i] = bits[from + i] & 0x7fffffff;
    },
  };
}
