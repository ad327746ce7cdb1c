import { expect, test } from 'vitest';
import { foldEvent, newRunView } from '../../src/protocol/runView.ts';
import type { RunEvent } from '../../src/protocol/events.ts';
import { eventsOf } from '../../test/support/inventedRun.ts';
import { curve, validationCurve, wholeTable, type CurveFrame } from './curves.ts';
import { begunRange, stepAxis } from './stepAxis.ts';

const invented = eventsOf({ full: 40, sparse: 20 });

function frameOf(events: readonly RunEvent[], ghosts: CurveFrame['ghosts'] = []): CurveFrame {
  const view = newRunView();
  for (const event of events) foldEvent(view, event);
  const series = [view, ...ghosts.map((ghost) => ghost.view)].map((one) => one.series);
  const axis = stepAxis(series);
  return { axis, xRange: begunRange(axis, series), run: { name: 'pos-en', folder: '/a', view }, ghosts };
}

test('phases lie one after the other, with a gap between them', () => {
  const frame = frameOf(invented.whole());
  const train = curve(frame, 'loss').series.find(({ id }) => id === 'loss:train')!;
  const { x, y } = train.points;
  expect(x[0]).toBe(1);
  expect(x.at(-1)).toBe(60);
  expect(x).toEqual([...x].sort((a, b) => a - b));
  expect(x[y.indexOf(null)]).toBe(40.5);
  expect(y.filter((value) => value === null)).toHaveLength(1);
});

test('CSV has what each step told', () => {
  const { rows } = curve(frameOf(invented.whole()), 'loss').all();
  const steps = invented.whole().filter((event) => event.type === 'step');
  expect(rows).toEqual(steps.map(({ phase, step, loss }) => ['pos-en', 1, phase, step, 1, loss, loss, loss]));
});

test('the table shows what is seen, and validation beside the steps it came after', () => {
  const frame = { ...frameOf(invented.whole()), xRange: [38, 42] as const };
  const { columns, rows } = wholeTable(frame, 'accuracy');
  expect(rows.map(([, phase, step]) => [phase, step])).toEqual([
    ['full', 38],
    ['full', 39],
    ['full', 40],
    ['sparse', 1],
    ['sparse', 2],
  ]);
  expect(columns.at(-1)?.name).toBe('Validation accuracy');
  expect(rows.map((row) => row.at(-1) === null)).toEqual([false, true, false, false, false]);
});

test('the kept values are marked, one for each phase', () => {
  const spec = validationCurve(frameOf(invented.whole()), 'accuracy');
  expect(spec.marks.map(({ x, label }) => [x, label])).toEqual([
    [30, 'kept'],
    [55, 'kept'],
  ]);
  expect(spec.note).toMatch(/^best 93\.\d\d % at sparse step 15 \(kept\)$/);
});

test('a past run is drawn from the same phases on, dashed and named', () => {
  const past = eventsOf({ name: 'past', full: 60, sparse: 20, seed: 3 });
  const view = newRunView();
  for (const event of past.whole()) foldEvent(view, event);
  const spec = curve(frameOf(invented.whole(), [{ name: 'past', folder: '/p', view }]), 'loss');
  const ghost = spec.series.find(({ id }) => id === 'loss:/p')!;
  expect([ghost.label, ghost.dashed]).toEqual(['past', true]);
  const train = spec.series.find(({ id }) => id === 'loss:train')!;
  // Both sparse phases begin where the longer full phase ends.
  expect(train.points.x.find((x) => x > 60.5)).toBe(61);
  expect(ghost.points.x.find((x) => x > 60.5)).toBe(61);
});
