import { expect, test } from 'vitest';
import { foldEvent, newRunView } from '../../src/protocol/runView.ts';
import { eventsOf } from '../../test/support/inventedRun.ts';
import { powerOfTen } from '../ui/logAxis.ts';
import { histogramsOf, limitsOf, momentAt, momentsOf, placeAmong, placeOf } from './moments.ts';

const { start, mask, select, movement } = eventsOf({ full: 100, sparse: 100 });

function history(...events: Parameters<typeof foldEvent>[1][]) {
  const view = newRunView();
  for (const event of [start, ...events]) foldEvent(view, event);
  return view.masks;
}

test('moments follow time: masks, the chosen one, then movements in it', () => {
  const moments = momentsOf(history(mask(10), mask(50), select, movement(5), movement(90)));
  const steps = moments.map((one) => (one.kind === 'mask' ? one.mask.step : one.movement.step));
  expect(steps).toEqual([10, 50, null, 5, 90]);
  const last = momentAt(moments, null);
  expect(last).toBe(moments[4]);
  expect(last?.mask?.step).toBeNull();
});

test('a place that is no longer there is the newest', () => {
  const moments = momentsOf(history(mask(10), mask(50)));
  expect(momentAt(moments, 99)).toBe(moments[1]);
  expect(momentAt(moments, 0)).toBe(moments[0]);
  expect(momentAt([], 0)).toBeUndefined();
});

test('a moment keeps its place in time when older ones are thinned out', () => {
  const before = momentsOf(history(mask(10), mask(20), mask(50), select, movement(5), movement(90)));
  const after = momentsOf(history(mask(20), mask(50), mask(70), select, movement(90)));
  const places = before.map((moment) => placeAmong(after, placeOf(moment)));
  // Gone are mask 10, and movement 5: what came before them is shown, or else the first.
  expect(places).toEqual([0, 0, 1, 3, 3, 4]);
});

test('the limits hold every bin of every time', () => {
  const moments = momentsOf(history(mask(10), mask(90), select));
  const all = histogramsOf(moments, 'mask');
  const { exponents, most } = limitsOf(all);
  expect(all).toHaveLength(2);
  for (const { first, counts } of all) {
    counts.forEach((count, i) => {
      expect(count).toBeLessThanOrEqual(most);
      if (count > 0) expect(first + i >= exponents[0] && first + i < exponents[1]).toBe(true);
    });
  }
  expect([powerOfTen(1), powerOfTen(1000), powerOfTen(1001)]).toEqual([10, 1000, 10_000]);
});
