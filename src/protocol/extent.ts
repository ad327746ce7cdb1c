/** Least and largest of numbers, as the ends of an axis; a little apart where they are the same. */
export function extent(values: readonly number[]): readonly [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return low === high ? [low - 0.5, high + 0.5] : [low, high];
}
