import { describe, expect, it } from 'vitest';
import { eventsOf } from '../../test/support/inventedRun.ts';
import { addStep, newPhaseSeries, type PhaseSeries } from './runSeries.ts';

const plan = { iteration: 1, phase: 'full', steps: 8 } as const;
const { step } = eventsOf({ full: 8, sparse: 1 });

/** A series of steps, each with the losses of the sources that its batch is of; two steps a bucket. */
function seriesOf(losses: readonly Readonly<Record<string, number>>[], series = newPhaseSeries(plan, 4)) {
  for (const [i, lossBySource] of losses.entries()) addStep(series, { ...step('full', i + 1), lossBySource });
  return series;
}

describe('losses of sources', () => {
  it('are means over the steps of a source in each bucket', () => {
    const { width, sources } = seriesOf([{ aa: 4 }, { bb: 1 }, { aa: 3 }, { aa: 1 }, { bb: 2 }, { bb: 5 }]);
    expect(width).toBe(2);
    expect(sources).toEqual({
      aa: { counts: [1, 2], mean: [4, 2] },
      bb: { counts: [1, 0, 2], mean: [1, null, 3.5] },
    });
  });

  it('are there for all sources of one step', () => {
    const { sources } = seriesOf([{ aa: 4, bb: 2 }, { aa: 2 }]);
    expect(sources).toEqual({ aa: { counts: [2], mean: [3] }, bb: { counts: [1], mean: [2] } });
  });

  it('begin with empty buckets for a source that comes late', () => {
    const { sources } = seriesOf([{ aa: 1 }, { aa: 1 }, { aa: 1 }, { aa: 1 }, { cc: 6 }]);
    expect(sources?.cc).toEqual({ counts: [0, 0, 1], mean: [null, null, 6] });
  });

  it('that are not finite leave the mean as it was', () => {
    const { sources } = seriesOf([{ aa: 4 }, { aa: NaN }, { bb: Infinity }]);
    expect(sources?.aa.mean).toEqual([4]);
    expect(sources?.bb.mean).toEqual([null, null]);
  });

  it('are kept of no more than 40 sources, whatever they are called', () => {
    const names = ['toString', ...Array.from({ length: 48 }, (_, i) => `s${i}`)];
    const all = Object.fromEntries(names.map((name) => [name, 1]));
    const { sources = {} } = seriesOf([all, all]);
    expect(Object.keys(sources)).toHaveLength(40);
    expect(Object.entries(sources)[0]).toEqual(['toString', { counts: [2], mean: [1] }]);
  });

  it('are none in a run of one source, and in the series of an older version', () => {
    expect(seriesOf([{}, {}]).sources).toEqual({});
    const { sources: _, ...older } = newPhaseSeries(plan, 4);
    const series: PhaseSeries = older;
    expect(seriesOf([{ aa: 1 }], series)).toMatchObject({ counts: [1] });
    expect(series.sources).toBeUndefined();
  });
});
