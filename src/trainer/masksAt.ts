import { placeOf } from '../core/density.ts';
import { keyAsFloat } from '../core/keyChunks.ts';
import { type KeptChanges, keysOf } from '../core/keptChanges.ts';
import { rankCounts } from '../core/rankCounts.ts';
import { maskGroups } from '../recipe/budget.ts';
import type { Select } from '../recipe/types.ts';

/** What a mask of k entries would be. */
export interface MaskAt {
  readonly k: number;
  /** k / maskable entries. */
  readonly density: number;
  /** The smallest |p - p0| in it, over all of its groups; of the kept ones where k goes beyond. */
  readonly threshold: number;
  /** Entries of which it is not known whether they would be in it: those beyond what is kept. */
  readonly uncertain: number;
  /** Its entries by layer (emb, 0, 1 ...) and kind of module, those that have any. */
  readonly places: readonly {
    readonly row: string;
    readonly column: string;
    readonly entries: number;
    readonly of: number;
  }[];
}

/** What masks of several sizes would be, from what a full phase has kept; without training it again. @param select how they are chosen */
export function masksAt(
  { parameters, count: kept, moved }: KeptChanges,
  sizes: readonly number[],
  select: Pick<Select, 'within' | 'budget'> = {},
): MaskAt[] {
  const maskable = parameters.reduce((sum, { size }) => sum + size, 0);
  const counts = sizes.map(() => new Map<string, number>());
  const thresholds = sizes.map((): number[] => []);
  const missing = sizes.map(() => 0);
  // Groups are the same for every size, but for how many entries each of them gets.
  const wanted = sizes.map((k) => maskGroups({ ...select, k, iterations: 1 }));
  wanted[0]?.forEach(({ has }, g) => {
    const own = parameters.filter(has);
    const ranks = wanted.map((groups) => groups[g].k);
    rankCounts(own.map(keysOf), ranks).forEach(({ count, threshold, byPart }, n) => {
      own.forEach(({ name }, i) => counts[n].set(name, byPart[i]));
      if (count > 0) thresholds[n].push(threshold);
      missing[n] += ranks[n] - count;
    });
  });
  return sizes.map((k, n) => ({
    k,
    density: k / maskable,
    threshold: thresholds[n].length === 0 ? 0 : keyAsFloat(Math.min(...thresholds[n])),
    uncertain: Math.max(0, Math.min(missing[n], moved - kept)),
    places: placesOf(parameters, counts[n]),
  }));
}

function placesOf(
  parameters: KeptChanges['parameters'],
  counts: ReadonlyMap<string, number>,
): MaskAt['places'] {
  const places = new Map<string, { row: string; column: string; entries: number; of: number }>();
  for (const { name, size } of parameters) {
    const { row, column } = placeOf(name);
    const key = `${row} ${column}`;
    const place = places.get(key) ?? { row, column, entries: 0, of: 0 };
    place.entries += counts.get(name) ?? 0;
    place.of += size;
    places.set(key, place);
  }
  return [...places.values()];
}
