import { hash32 } from './random.ts';
import type { ChosenEntries } from './selection.ts';

interface Named {
  readonly name: string;
}

/** Parameters among which so many entries of a mask are chosen. A mask's groups share no parameter. */
export interface MaskGroup {
  /** What users call it; null for all that has no budget of its own. */
  readonly name: string | null;
  readonly has: (parameter: Named) => boolean;
  readonly k: number;
}

/** What was chosen in a group. */
export interface GroupCount extends Pick<MaskGroup, 'name' | 'k'> {
  /** Fewer than `k` where fewer have moved. */
  readonly count: number;
}

/** A choice in several groups. */
export interface GroupChoice extends ChosenEntries {
  readonly groups: readonly GroupCount[];
}

/** Entries of a mask over all groups. */
export function groupsSize(groups: readonly MaskGroup[]): number {
  return groups.reduce((sum, { k }) => sum + k, 0);
}

/**
 * A choice in each group, put together in the order of `all`. One group is chosen in with the seed as it is; of several, each has a seed
 * of its own.
 */
export function chooseInGroups<T extends Named>(
  all: readonly T[],
  groups: readonly MaskGroup[],
  seed: number,
  choose: (own: readonly T[], k: number, seed: number) => ChosenEntries,
): GroupChoice {
  const choices = groups.map(({ has, k }, n) =>
    choose(all.filter(has), k, groups.length === 1 ? seed : hash32(seed, n)),
  );
  const chosen = new Map(choices.flatMap(({ mask }) => [...mask]));
  const mask = new Map(
    all.flatMap(({ name }) => {
      const indices = chosen.get(name);
      return indices === undefined ? [] : [[name, indices] as const];
    }),
  );
  const thresholds = choices.flatMap(({ count, threshold }) => (count > 0 ? [threshold] : []));
  return {
    mask,
    count: choices.reduce((sum, { count }) => sum + count, 0),
    threshold: thresholds.length === 0 ? 0 : Math.min(...thresholds),
    groups: groups.map(({ name, k }, n) => ({ name, k, count: choices[n].count })),
  };
}

/**
 * How many of the first `taken` places each of several parties has, of as many as they have together, when places are given out in
 * proportion. What a party has never falls as more are taken, adds up to `taken`, and in the end is all of its own.
 */
export function proportionally(own: readonly number[], taken: number): number[] {
  let left = BigInt(taken);
  let of = BigInt(own.reduce((sum, count) => sum + count, 0));
  return own.map((count) => {
    // Whole numbers, since a product of two of them may need more bits than a double has.
    const share = of === 0n ? 0n : (left * BigInt(count)) / of;
    left -= share;
    of -= BigInt(count);
    return Number(share);
  });
}
