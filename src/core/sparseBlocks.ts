/**
 * Walks several ascending index lists together, block by block of `blockSize` positions (from multiples of it): `visit`
 * gets the block's first position and, for each list, the range of its entries within the block. Blocks without an
 * entry are passed over.
 * Within a block the lists can be added up in a small dense array that stays in the processor's cache: no merging
 * with its unpredictable branches, no dense array of the parameter's size.
 */
export function forEachBlock(
  lists: readonly Uint32Array[],
  blockSize: number,
  visit: (start: number, from: Int32Array, to: Int32Array) => void,
): void {
  const from = new Int32Array(lists.length);
  const to = new Int32Array(lists.length);
  for (;;) {
    let next = Infinity;
    for (let t = 0; t < lists.length; t++) {
      from[t] = to[t];
      if (from[t] < lists[t].length) next = Math.min(next, lists[t][from[t]]);
    }
    if (next === Infinity) return;
    const start = next - (next % blockSize);
    for (let t = 0; t < lists.length; t++)
      to[t] = firstAtLeast(lists[t], start + blockSize, from[t], blockSize);
    visit(start, from, to);
  }
}

/** Position of the first index >= `bound`, from `from` on; at most `most` entries further, since indices differ. */
function firstAtLeast(indices: Uint32Array, bound: number, from: number, most: number): number {
  let low = from;
  let high = Math.min(from + most, indices.length);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (indices[middle] < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
