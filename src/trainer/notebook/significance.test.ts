import { describe, expect, it, vi } from 'vitest';
import {
  dealt,
  drawn,
  type Invented,
  type Population,
  populations,
  sampleOf,
} from '../../../test/support/populations.ts';
import { uniform } from '../../core/random.ts';
import type { CountTable } from '../../core/statistics/countTable.ts';
import type { Score } from '../../core/statistics/systems.ts';
import { type Evaluation, fromCounts } from '../../training/evaluation.ts';
import { type TableRow, tableStatistics, type TableStatistics } from './significance.ts';

// A few seconds each on a machine that has nothing else to do.
vi.setConfig({ testTimeout: 240_000 });

const FILES = 5;
const SYSTEMS = 3;
const UNITS = 100;
const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);

function evaluation({ units, width, rows }: CountTable, score: Score): Evaluation {
  const ofUnits = numbers(units).map((unit) => rows.slice(unit * width, (unit + 1) * width));
  return fromCounts({
    metric: 'f1',
    metrics: { f1: 0 },
    examples: units,
    units,
    counts: () => ({ rows: ofUnits, score }),
  });
}

/** The rows of a matrix: each file, and the mean over all. `of`: by file, the tables of each system's models. */
function matrixRows(of: readonly (readonly (readonly CountTable[])[])[], score: Score): TableRow[] {
  const found = of.map((systems) => systems.map((models) => models.map((table) => evaluation(table, score))));
  return [...numbers(FILES).map((file) => [file]), numbers(FILES)].map((chosen) => ({
    on: chosen.join(),
    metric: 'f1',
    systems: numbers(SYSTEMS).map((system) => chosen.map((file) => found[file][system])),
    tuned: numbers(SYSTEMS).map(() => false),
  }));
}

/** 399 resamples: of 18 comparisons a single one beyond all of them has p = 0.0025, and 0.045 after Holm. */
const cheap = { resamples: 399, samples: 1 };

const files = (metric: keyof typeof populations, invented: Invented): Population[] =>
  numbers(FILES).map((language) => populations[metric]({ ...invented, language: language / 3 }));

/** Share of worlds in whose table something is claimed. */
async function claimed(
  worlds: number,
  groups: readonly number[],
  rowsOf: (world: number) => TableRow[],
  claims: (table: TableStatistics) => boolean = ({ comparisons }) =>
    comparisons.some(({ adjusted }) => adjusted <= 0.05),
): Promise<number> {
  let found = 0;
  for (let world = 1; world <= worlds; world++) {
    const table = await tableStatistics(rowsOf(world), { groups, ...cheap });
    expect(table.comparisons).toHaveLength(18);
    if (claims(table)) found++;
  }
  return found / worlds;
}

/*
 * The table of a matrix: three compositions in five files and the mean over them, 18 comparisons that depend on each other. Seeded;
 * 300 worlds: a standard error of 1.3 points about 5 %, and less about the 2 to 4 % that are found. With one seed at most 5 % are true
 * by construction; with three, 1 to 5 % by calculation, and less where seeds share as much noise as here.
 */
describe('a whole table in which no system is better', () => {
  it('has a false claim in at most 5.5 of 100 cases', async () => {
    const all = files('spanF1', { models: SYSTEMS });
    const rows = (world: number) =>
      matrixRows(
        all.map(({ models }, file) =>
          dealt(models, drawn(UNITS, world, file), world).map((table) => [table]),
        ),
        all[0].score,
      );
    expect(await claimed(300, [0], rows)).toBeLessThanOrEqual(0.055);
  });

  it('keeps that with three seeds', async () => {
    const of = 24;
    const all = files('accuracy', { models: of, deviation: 0.1 });
    const rows = (world: number) =>
      matrixRows(
        all.map(({ models }, file) => {
          const chosen = drawn(UNITS, world, file);
          return numbers(SYSTEMS).map((system) =>
            numbers(3).map((seed) => sampleOf(models[Math.floor(uniform(world, system, seed) * of)], chosen)),
          );
        }),
        all[0].score,
      );
    expect(await claimed(80, [0, 1, 2], rows)).toBeLessThanOrEqual(0.055);
  });
});

describe('a whole table in which one system is better', () => {
  it('marks it as the best on the mean, and says something false of the others in at most 5.5 of 100 cases', async () => {
    const all = files('accuracy', { models: 2 }).map(({ models, score }, language) => {
      const [better] = populations.accuracy({ models: 1, language: -4 + language / 3 }).models;
      return { score, models, better };
    });
    const rows = (world: number) =>
      matrixRows(
        all.map(({ models, better }, file) => {
          const chosen = drawn(UNITS, world, file);
          return [...dealt(models, chosen, world), sampleOf(better, chosen)].map((table) => [table]);
        }),
        all[0].score,
      );
    const worlds = 200;
    let marked = 0;
    const wrongly = await claimed(worlds, [0], rows, ({ figures, comparisons }) => {
      if (figures.at(-1)?.[2].best === true) marked++;
      expect(figures.some(([one, other]) => one.best || other.best)).toBe(false);
      return comparisons.some(({ a, b, adjusted }) => a + b === 1 && adjusted <= 0.05);
    });
    expect(marked / worlds).toBeGreaterThan(0.97);
    expect(wrongly).toBeLessThanOrEqual(0.055);
  });
});
