import { describe, expect, it } from 'vitest';
import { accuracyCounts, accuracyOf } from '../../core/metrics/tagging.ts';
import type { Interval } from '../../core/statistics/intervals.ts';
import { hash32 } from '../../core/random.ts';
import { fromCounts } from '../../training/evaluation.ts';
import { seedGroups } from '../evaluator/seeds.ts';
import { type TableRow, tableStatistics } from './significance.ts';
import { tableBlocks } from './tableBlocks.ts';

const sft = (hash: string, fullPhase?: string) => ({ hash, fullPhase });

describe('seeds', () => {
  it('are told by full phases: forks are one, in all systems alike', () => {
    const task = [[sft('a', 'one')], [sft('b', 'two')], [sft('c', 'two')], [sft('d')]];
    expect(seedGroups([task])).toEqual([0, 1, 1, 2]);
    const composed = task.map((sfts, i) => [...sfts, sft(`l${i}`, i === 3 ? 'l' : i === 0 ? 'l' : `l${i}`)]);
    // The language SFTs of the first and the last are forks.
    expect(seedGroups([task, composed, [[sft('x')]]])).toEqual([0, 1, 1, 0]);
  });

  it('a model twice is one, and a language SFT that all share makes none', () => {
    expect(seedGroups([[[sft('a')], [sft('a')]]])).toEqual([0, 0]);
    const shared = sft('l', 'phase');
    expect(
      seedGroups([
        [
          [sft('a', 'p'), shared],
          [sft('b', 'q'), shared],
        ],
      ]),
    ).toEqual([0, 1]);
    expect(seedGroups([])).toEqual([0]);
  });
});

/** A tagger that is right in so many of 100 words, sentence by sentence. */
function tagger(seed: number, percent: number) {
  const units = Array.from({ length: 60 }, (_, s) => ({
    gold: Array.from({ length: 8 }, () => 'x'),
    predicted: Array.from({ length: 8 }, (__, w) => (hash32(seed, s, w) % 100 < percent ? 'x' : 'y')),
  }));
  const counts = { rows: accuracyCounts(units), score: accuracyOf };
  const [right, all] = counts.rows.reduce(([a, b], row) => [a + row[0], b + row[1]], [0, 0]);
  return fromCounts({
    metric: 'accuracy',
    metrics: { accuracy: right / all },
    examples: 60,
    units: all,
    counts: () => counts,
  });
}

function row(on: string, percents: readonly number[], tuned = false): TableRow {
  return {
    on,
    metric: 'accuracy',
    systems: percents.map((percent, s) => [[tagger(s + 1, percent)]]),
    tuned: percents.map(() => tuned),
  };
}

describe('a table', () => {
  it('marks the best only where it beats every other one, and never on a file that was tuned on', async () => {
    const rows = [row('clear', [40, 60, 90]), row('tie', [40, 88, 90]), row('tuned', [40, 60, 90], true)];
    const { figures, comparisons, resamples } = await tableStatistics(rows, { groups: [0] });
    expect(figures.map((ones) => ones.map(({ best }) => best))).toEqual([
      [false, false, true],
      [false, false, false],
      [false, false, false],
    ]);
    expect(comparisons).toHaveLength(9);
    expect(resamples).toBe(10_000);
    for (const { p, adjusted } of comparisons) {
      expect(p).toBeGreaterThanOrEqual(1 / 10_001);
      expect(adjusted).toBeGreaterThanOrEqual(p);
      expect(adjusted).toBeLessThanOrEqual(1);
    }
    // Holm: the smallest p counts for the whole table.
    const least = Math.min(...comparisons.map(({ p }) => p));
    expect(Math.min(...comparisons.map(({ adjusted }) => adjusted))).toBeCloseTo(9 * least, 12);
  });

  it('takes several seeds and a single model side by side', async () => {
    const models = [tagger(1, 70), tagger(2, 75), tagger(3, 72)];
    const rows: TableRow[] = [
      { on: 'x', metric: 'accuracy', systems: [[[tagger(9, 50)]], [models]], tuned: [false, false] },
    ];
    const { figures } = await tableStatistics(rows, { groups: [0, 1, 1] });
    const [, several] = figures[0];
    expect(several.seeds).toBe(2);
    const [a, b, c] = models.map(({ metrics }) => metrics.accuracy);
    expect(several.value).toBeCloseTo((a + (b + c) / 2) / 2, 12);
    expect(several.deviation).toBeCloseTo(Math.abs(a - (b + c) / 2) / Math.SQRT2, 12);
    expect(figures[0][0].deviation).toBeNaN();
  });

  it('says with one seed that it is about these very models, and with several that seeds are drawn too', async () => {
    const one: TableRow = row('x', [40, 60]);
    const several: TableRow = { ...one, systems: one.systems.map(([[model]]) => [[model, model]]) };
    expect(await notesOf(one, [0])).toContainEqual(
      expect.stringContaining('with one seed, so it is about these very models. Holm over the whole table'),
    );
    const said = (await notesOf(several, [0, 1])).join(' ');
    expect(said).toContain('seeds are resampled too');
    expect(said).not.toContain('these very models');
    // Forks of one full phase are one seed, so it is about these models again.
    expect((await notesOf(several, [0, 0])).join(' ')).toContain('these very models');
  });

  it('gives the mean over files the interval of a mean: units drawn within each file', async () => {
    const files = [tagger(1, 30), tagger(2, 90)];
    const single = files.map((model): TableRow => ({
      ...row('x', []),
      systems: [[[model]]],
      tuned: [false],
    }));
    const mean: TableRow = { ...single[0], on: 'mean', systems: [files.map((model) => [model])] };
    const { figures } = await tableStatistics([...single, mean], { groups: [0] });
    const [[a], [b], [both]] = figures;
    expect(both.value).toBeCloseTo((a.value + b.value) / 2, 12);
    expect(Math.abs(middle(both.interval) - both.value)).toBeLessThan(0.1 * width(both.interval));
    // Of independent files the variances add up; a pooled bootstrap would have the files' difference in it.
    const expected = Math.hypot(width(a.interval), width(b.interval)) / 2;
    expect(width(both.interval) / expected).toBeGreaterThan(0.85);
    expect(width(both.interval) / expected).toBeLessThan(1.15);
  });

  it('can be stopped between two tests', async () => {
    const signal = AbortSignal.abort(new Error('stop'));
    await expect(tableStatistics([row('x', [1, 2])], { groups: [0], signal })).rejects.toThrow('stop');
  });
});

/** The lines that a table of one row says of its statistics. */
async function notesOf(of: TableRow, groups: readonly number[]): Promise<readonly string[]> {
  const statistics = await tableStatistics([of], { groups, resamples: 100, samples: 100 });
  const names = { title: 't', rowsAre: 'file', rows: ['x'], systems: ['a', 'b'], examples: [60] };
  return tableBlocks(names, statistics).flatMap((block) => (block.type === 'text' ? block.lines : []));
}

function middle({ low, high }: Interval): number {
  return (low + high) / 2;
}

function width({ low, high }: Interval): number {
  return high - low;
}
