import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventsOf } from '../../test/support/inventedRun.ts';
import { inventedRecord } from '../../test/support/inventedRecord.ts';
import type { RunEvent, StepEvent } from './events.ts';
import { addStep, bucketStep, mostBuckets, newPhaseSeries } from './runSeries.ts';
import { foldEvent, newRunView, type RunView } from './runView.ts';

function copy<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

function folded(events: Iterable<RunEvent>): RunView {
  const view = newRunView();
  for (const event of events) foldEvent(view, event);
  return view;
}

/** Bytes of the view of a run with so many steps a phase. */
function size(steps: number): number {
  return JSON.stringify(folded(inventedRecord({ steps: [steps, steps], seed: 1, every: 50 }))).length;
}

function step(number: number, loss: number): StepEvent {
  return {
    type: 'step',
    iteration: 1,
    phase: 'full',
    step: number,
    loss,
    l1: 0,
    gradientNorm: 1,
    learningRate: 1,
    tokens: 100,
    seconds: 0.5,
  };
}

const runs = fc.record({
  steps: fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 4 }),
  seed: fc.nat(),
  every: fc.integer({ min: 1, max: 9 }),
});

describe('a view of a run', () => {
  it('is the same for whoever came in between, through JSON, as for whoever was there from the start', () => {
    fc.assert(
      fc.property(runs, fc.array(fc.nat(), { maxLength: 5 }), (run, moments) => {
        const events = [...inventedRecord(run)];
        const all = folded(events);
        let view = newRunView();
        const cuts = [...moments.map((moment) => moment % events.length), events.length];
        for (const cut of cuts.toSorted((a, b) => a - b)) {
          view = copy(view);
          for (const event of events.slice(view.events, cut)) foldEvent(view, copy(event));
          expect(view.events).toBe(cut);
        }
        expect(view).toEqual(all);
        expect(copy(view)).toEqual(all);
      }),
      { numRuns: 60 },
    );
  });

  it('of a resumed run is that of an undisturbed one', () => {
    // The record is cut back to the checkpoint, and what follows it is told again.
    const events = [...inventedRecord({ steps: [12, 12], seed: 1, every: 4 })];
    const stopped: RunEvent = { type: 'stopped', time: '2030-01-01T00:00:00.000Z', reason: 'asked to stop' };
    const view = folded([...events.slice(0, 20), stopped, ...events.slice(20)]);
    expect({ ...view, events: 0 }).toEqual({ ...folded(events), events: 0 });
  });

  it('of a run that starts again forgets the steps that were lost', () => {
    const events = [...inventedRecord({ steps: [12, 12], seed: 1, every: 4 })];
    const view = folded([...events.slice(0, 20), ...events]);
    const { series, masks, run } = folded(events);
    expect(view.series).toEqual(series);
    expect(view.masks).toEqual(masks);
    expect(view.run.phases).toEqual(run.phases);
  });

  it('is of bounded size', () => {
    const long = size(100_000);
    expect(long).toBeLessThan(1_200_000);
    expect(long).toBeLessThan(1.3 * size(25_000));
  });

  it('keeps the newest frames of the mask, and every one that was chosen', () => {
    const { frames, movements } = folded(
      inventedRecord({ steps: [3000, 3000, 3000, 3000], seed: 1, every: 5 }),
    ).masks;
    expect(frames.length).toBeLessThanOrEqual(203);
    expect(movements.length).toBeLessThanOrEqual(200);
    expect(frames.filter(({ step }) => step === null)).toHaveLength(2);
    expect(frames.at(-2)).toMatchObject({ iteration: 2, step: 3000 });
    expect(movements.at(-1)).toMatchObject({ iteration: 2, step: 3000 });
    const at = movements.map(({ iteration, step }) => 3000 * iteration + step);
    expect(at).toEqual(at.toSorted((a, b) => a - b));
  });
});

it('a step in which the machine slept says nothing of speed', () => {
  const invented = eventsOf({ full: 20, sparse: 5 });
  const view = newRunView();
  foldEvent(view, invented.start);
  for (let n = 1; n <= 9; n++) {
    const told = invented.step('full', n);
    foldEvent(view, n === 5 ? { ...told, seconds: 7200 } : told);
  }
  const { least, mean } = view.series[0].values.tokensPerSecond;
  for (const value of [...least, ...mean]) expect(value).toBeGreaterThan(50);
});

describe('the series of a phase', () => {
  it('has least, mean and most of every bucket, and no more buckets than it may', () => {
    const losses = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), {
      minLength: 1,
      maxLength: 300,
    });
    fc.assert(
      fc.property(losses, fc.integer({ min: 1, max: 20 }), (values, buckets) => {
        const series = newPhaseSeries({ iteration: 1, phase: 'full', steps: values.length }, buckets);
        values.forEach((value, i) => addStep(series, step(i + 1, value)));
        const { width, counts } = series;
        expect(counts.length).toBeLessThanOrEqual(buckets);
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(values.length);
        expect(bucketStep(series, counts.length - 1)).toBe(values.length);
        const { least, mean, most } = series.values.loss;
        counts.forEach((count, i) => {
          const inside = values.slice(i * width, i * width + width);
          expect(count).toBe(inside.length);
          expect(least[i]).toBe(Math.min(...inside));
          expect(most[i]).toBe(Math.max(...inside));
          const exact = inside.reduce((sum, value) => sum + value / inside.length, 0);
          expect(Math.abs((mean[i] ?? NaN) - exact)).toBeLessThan(1e-6);
        });
        expect(series.values.tokensPerSecond.mean[0]).toBe(200);
      }),
    );
  });

  it('leaves buckets empty whose steps nobody told, and values that are no numbers out', () => {
    const series = newPhaseSeries({ iteration: 1, phase: 'full', steps: 5 });
    addStep(series, step(1, NaN));
    addStep(series, step(4, 2));
    expect(series.counts).toEqual([1, 0, 0, 1]);
    expect(series.values.loss.mean).toEqual([null, null, null, 2]);
    expect(copy(series)).toEqual(series);
  });

  it('goes on where a phase is longer than was planned', () => {
    const series = newPhaseSeries({ iteration: 1, phase: 'full', steps: 10 * mostBuckets });
    expect(series.width).toBe(10);
    for (let i = 1; i <= 10 * mostBuckets + 5; i++) addStep(series, step(i, 1));
    expect(series.counts.length).toBe(mostBuckets + 1);
  });
});
