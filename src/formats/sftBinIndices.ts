/** The entries of one parameter: flat indices that ascend, and their values. */
interface Entries {
  readonly indices: Uint32Array;
  readonly values: Float32Array;
}

/**
 * Entries at flat column-major indices (the first dimension changes fastest), which ascend, as entries at flat row-major ones,
 * which ascend too. Linear in entries and sizes; the index array is overwritten.
 */
export function toRowMajor({ indices, values }: Entries, shape: readonly number[]): Entries {
  if (shape.length < 2) return { indices, values };
  relabel(indices, shape, columnStrides(shape), rowStrides(shape));
  // They are in the order of the last dimension already.
  const passes = shape
    .map((_, d) => d)
    .slice(0, -1)
    .reverse();
  return sortBy({ indices, values }, shape, rowStrides(shape), passes);
}

/** The reverse of `toRowMajor`, which leaves its input as it is. */
export function toColumnMajor({ indices, values }: Entries, shape: readonly number[]): Entries {
  if (shape.length < 2) return { indices, values };
  const strides = rowStrides(shape);
  const sorted = sortBy({ indices, values }, shape, strides, shape.map((_, d) => d).slice(1));
  const own = sorted.indices === indices ? indices.slice() : sorted.indices;
  relabel(own, shape, strides, columnStrides(shape));
  return { indices: own, values: sorted.values };
}

function rowStrides(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1);
  for (let d = shape.length - 2; d >= 0; d--) strides[d] = strides[d + 1] * shape[d + 1];
  return strides;
}

function columnStrides(shape: readonly number[]): number[] {
  return rowStrides(shape.toReversed()).reverse();
}

/** Flat indices by one set of strides become those by another. */
function relabel(
  indices: Uint32Array,
  shape: readonly number[],
  from: readonly number[],
  to: readonly number[],
): void {
  if (shape.length === 2) {
    // Of two dimensions the remainder is the other coordinate.
    const slow = from[0] > from[1] || (from[0] === from[1] && shape[0] > 1) ? 0 : 1;
    const fast = 1 - slow;
    const [size, toSlow, toFast] = [from[slow], to[slow], to[fast]];
    for (let i = 0; i < indices.length; i++) {
      const high = Math.floor(indices[i] / size);
      indices[i] = high * toSlow + (indices[i] - high * size) * toFast;
    }
    return;
  }
  for (let i = 0; i < indices.length; i++) {
    const flat = indices[i];
    let other = 0;
    for (let d = 0; d < shape.length; d++) other += (Math.floor(flat / from[d]) % shape[d]) * to[d];
    indices[i] = other;
  }
}

/** Counting sorts, each stable, by one coordinate after the other; the most significant comes last. */
function sortBy(
  entries: Entries,
  shape: readonly number[],
  strides: readonly number[],
  passes: readonly number[],
): Entries {
  let { indices, values } = entries;
  for (const d of passes) {
    if (shape[d] === 1 || indices.length < 2) continue;
    ({ indices, values } = countingSort(indices, values, strides[d], shape[d]));
  }
  return { indices, values };
}

function countingSort(indices: Uint32Array, values: Float32Array, stride: number, size: number): Entries {
  // Indices of 32 bits without a sign are doubles here, of which V8's remainder is slow.
  const coordinate = (index: number) => {
    const quotient = Math.floor(index / stride);
    return quotient - Math.floor(quotient / size) * size;
  };
  // A few entries of a huge parameter need no table of all its rows.
  if (size > Math.max(2 ** 20, 8 * indices.length)) return comparingSort(indices, values, coordinate);
  const starts = new Uint32Array(size + 1);
  for (let i = 0; i < indices.length; i++) starts[coordinate(indices[i]) + 1]++;
  for (let row = 0; row < size; row++) starts[row + 1] += starts[row];
  const sorted = { indices: new Uint32Array(indices.length), values: new Float32Array(values.length) };
  for (let i = 0; i < indices.length; i++) {
    const to = starts[coordinate(indices[i])]++;
    sorted.indices[to] = indices[i];
    sorted.values[to] = values[i];
  }
  return sorted;
}

function comparingSort(
  indices: Uint32Array,
  values: Float32Array,
  coordinate: (index: number) => number,
): Entries {
  const order = Array.from(indices, (_, i) => i).sort(
    (a, b) => coordinate(indices[a]) - coordinate(indices[b]),
  );
  return {
    indices: Uint32Array.from(order, (i) => indices[i]),
    values: Float32Array.from(order, (i) => values[i]),
  };
}
