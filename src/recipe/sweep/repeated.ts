import { sorted } from '../hash.ts';

/** Indices of the values that stand before already; groups are the same in whatever order their fields are. */
export function repeatedAt(values: readonly unknown[]): number[] {
  const seen = new Set<string>();
  return values.flatMap((value, i) => {
    const text = JSON.stringify(sorted(value));
    if (seen.has(text)) return [i];
    seen.add(text);
    return [];
  });
}
