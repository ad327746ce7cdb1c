import { type PlaceTable, placeTable } from './density.ts';
import type { Extent, Overlap } from './pairs.ts';

/** What two SFTs do to one parameter. */
export interface PairTally {
  readonly name: string;
  /** Number of all its entries, where that is known. */
  readonly total: number | undefined;
  readonly a: Extent;
  readonly b: Extent;
  readonly overlap: Overlap;
}

/** How two SFTs meet, in some parameters together. Undefined: it is not known, or there is nothing to divide by. */
export interface Interference {
  readonly entriesA: number;
  readonly entriesB: number;
  readonly onlyA: number;
  readonly onlyB: number;
  readonly both: number;
  /** Of both: values of the same sign, of opposite signs. A value of zero has none: what is left of `both`. */
  readonly equal: number;
  readonly opposite: number;
  /** Entries in both that chance would give masks with as many entries in each tensor: sum of kA * kB / n over tensors. */
  readonly expected: number | undefined;
  /** The same for masks that lie evenly over all tensors: KA * KB / N. Layout alone makes masks overlap more than that. */
  readonly uniform: number | undefined;
  /** both / expected. */
  readonly timesChance: number | undefined;
  /** equal / (equal + opposite); chance is one half. */
  readonly signAgreement: number | undefined;
  /** Of the values on the entries of both; chance is 0. */
  readonly cosine: number | undefined;
  /** Shares of each one's energy (sum of value^2) that lie on the entries of both. */
  readonly energyA: number | undefined;
  readonly energyB: number | undefined;
}

export type InterferenceTable = PlaceTable<Interference>;

/**
 * Interference by layer and kind of module. `maskable`, if known, is how many entries could have been chosen in all: tensors of
 * which neither has an entry are not among the tallies.
 */
export function interferenceTable(tallies: Iterable<PairTally>, maskable?: number): InterferenceTable {
  const table = placeTable(tallies, interference);
  if (maskable === undefined) return table;
  const { entriesA, entriesB } = table.all;
  return { ...table, all: { ...table.all, uniform: ratio(entriesA * entriesB, maskable) } };
}

/** Sums over parameters. */
export function interference(tallies: readonly PairTally[]): Interference {
  const sum = (of: (tally: PairTally) => number) => tallies.reduce((all, tally) => all + of(tally), 0);
  const [entriesA, entriesB] = [sum(({ a }) => a.entries), sum(({ b }) => b.entries)];
  const both = sum(({ overlap }) => overlap.both);
  const [equal, opposite] = [sum(({ overlap }) => overlap.equal), sum(({ overlap }) => overlap.opposite)];
  const dot = sum(({ overlap }) => overlap.dot);
  const [squaresA, squaresB] = [
    sum(({ overlap }) => overlap.squaresA),
    sum(({ overlap }) => overlap.squaresB),
  ];
  const known = tallies.every(({ total }) => total !== undefined);
  const total = sum((tally) => tally.total ?? 0);
  const expected = known
    ? sum(({ a, b, total = 0 }) => (total === 0 ? 0 : (a.entries * b.entries) / total))
    : undefined;
  return {
    entriesA,
    entriesB,
    onlyA: entriesA - both,
    onlyB: entriesB - both,
    both,
    equal,
    opposite,
    expected,
    uniform: known ? ratio(entriesA * entriesB, total) : undefined,
    timesChance: expected === undefined ? undefined : ratio(both, expected),
    signAgreement: ratio(equal, equal + opposite),
    cosine: ratio(dot, Math.sqrt(squaresA) * Math.sqrt(squaresB)),
    energyA: ratio(
      squaresA,
      sum(({ a }) => a.energy),
    ),
    energyB: ratio(
      squaresB,
      sum(({ b }) => b.energy),
    ),
  };
}

function ratio(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : part / whole;
}
