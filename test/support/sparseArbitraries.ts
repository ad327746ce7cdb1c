import * as fc from 'fast-check';
import type { SparseDiff } from '../../src/core/sft.ts';

/** Entries of a parameter with so many entries in all: ascending indices, values with zeros among them. */
export function sparseDiffs(size: number): fc.Arbitrary<SparseDiff> {
  const value = fc.oneof(
    { weight: 8, arbitrary: fc.float({ noNaN: true, noDefaultInfinity: true, min: -2, max: 2 }) },
    { weight: 1, arbitrary: fc.constant(0) },
  );
  const index = fc.nat({ max: size - 1 });
  return fc
    .uniqueArray(fc.tuple(index, value), { selector: ([at]) => at, maxLength: Math.min(size, 60) })
    .map((entries) => {
      const sorted = entries.toSorted(([a], [b]) => a - b);
      return {
        indices: Uint32Array.from(sorted, ([at]) => at),
        values: Float32Array.from(sorted, ([, one]) => one),
      };
    });
}
