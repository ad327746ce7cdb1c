import { describe, expect, test } from 'vitest';
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

/** What is said of the best, and what stands at the marks. */
function marked(events: readonly RunEvent[]) {
  const { note, marks } = validationCurve(frameOf(events), 'accuracy');
  return { note, marks: marks.map(({ x, label }) => [x, label]) };
}

describe('the best of each phase is marked', () => {
  test('and as kept that of the last, once the SFT has it', () => {
    const { note, marks } = marked(invented.whole());
    expect(marks).toEqual([
      [30, 'best'],
      [55, 'kept'],
    ]);
    expect(note).toMatch(/^best of the sparse phase: 93\.\d\d % at step 15 \(kept\)$/);
    const going = marked(invented.whole().slice(0, -1));
    expect(going.marks.map(([, label]) => label)).toEqual(['best', 'best']);
    expect(going.note).toMatch(/^best of the sparse phase: 93\.\d\d % at step 15$/);
  });

  test('and none as kept where the SFT has the last values', () => {
    const events = invented.whole();
    const last = events.findLast((event) => event.type === 'validation');
    const metrics = last?.metrics ?? {};
    const { note, marks } = marked([...events.slice(0, -1), { ...invented.done, metrics }]);
    expect(marks.map(([, label]) => label)).toEqual(['best', 'best']);
    expect(note).not.toContain('kept');
  });

  test('of several iterations, by its number', () => {
    const phases = [1, 2].flatMap((iteration) => [
      { iteration, phase: 'full', steps: 40 } as const,
      { iteration, phase: 'sparse', steps: 20 } as const,
    ]);
    const { note } = marked([{ ...invented.start, phases }, ...invented.phase('full', 40)]);
    expect(note).toMatch(/^best of the 1\. full phase: .* at step 30$/);
  });
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

/** A record in which steps alternate between sources, and validations have these metrics. */
function severalSources(metric: string, metrics: Readonly<Record<string, number>>): RunEvent[] {
  return invented.whole().map((event) => {
    if (event.type === 'validation') return { ...event, metric, metrics };
    if (event.type !== 'step') return event;
    return {
      ...event,
      lossBySource: event.step % 2 === 0 ? { aa: 2 } : { bb: event.phase === 'full' ? 1 : 3 },
    };
  });
}

const sourcesIn = ({ series }: ReturnType<typeof curve>) =>
  series.filter(({ id }) => id.includes(':source:'));

test('the loss of each source has a curve of its own, with the gap between the phases', () => {
  const spec = curve(frameOf(severalSources('accuracy', { accuracy: 0.9 })), 'loss');
  const [bb, aa] = sourcesIn(spec);
  expect([aa.label, bb.label]).toEqual(['aa', 'bb']);
  expect(aa.colour).not.toBe(bb.colour);
  const train = spec.series.find(({ id }) => id === 'loss:train')!;
  expect(bb.points.x).toEqual(train.points.x);
  // A source has no value at the steps of another, so that nothing is drawn through them that was not there.
  const valuesOf = ({ points }: typeof aa, from: number, to: number) =>
    new Set(points.y.filter((y, i) => y !== null && points.x[i] >= from && points.x[i] <= to));
  expect(valuesOf(aa, 1, 60)).toEqual(new Set([2]));
  expect(valuesOf(bb, 1, 40)).toEqual(new Set([1]));
  expect(valuesOf(bb, 41, 60)).toEqual(new Set([3]));
  expect(bb.points.y[bb.points.x.indexOf(40.5)]).toBeNull();
});

test('other quantities, and runs of one source, have no curves of sources', () => {
  const frame = frameOf(severalSources('accuracy', { accuracy: 0.9 }));
  expect(sourcesIn(curve(frame, 'gradientNorm'))).toEqual([]);
  expect(sourcesIn(curve(frameOf(invented.whole()), 'loss'))).toEqual([]);
});

test('the metric of each source is drawn beside the mean', () => {
  const metrics = { f1: 0.6, f1Strict: 0.4, 'f1 aa': 0.5, 'f1 b b': 0.7, 'f1Strict aa': 0.3 };
  const spec = validationCurve(frameOf(severalSources('f1', metrics)), 'f1');
  expect(sourcesIn(spec).map(({ label }) => label)).toEqual(['aa', 'b b']);
  expect(sourcesIn(spec).map(({ points }) => new Set(points.y))).toEqual([
    new Set([0.5, null]),
    new Set([0.7, null]),
  ]);
  const whole = spec.series.find(({ id }) => id === 'validation:this')!;
  expect(new Set(whole.points.y)).toEqual(new Set([0.6, null]));
});

/** The values of columns, each once. */
function columnsOf({ columns, rows }: ReturnType<typeof wholeTable>, ...names: string[]) {
  return names.map((name) => {
    const place = columns.findIndex((column) => column.name === name);
    expect(place, name).toBeGreaterThan(0);
    return new Set(rows.map((row) => row[place]));
  });
}

test('loss and metric of each source stand in the tables and in what is exported', () => {
  const metrics = { f1: 0.6, 'f1 bb': 0.5, 'f1 aa': 0.7 };
  const view = newRunView();
  for (const event of invented.whole()) foldEvent(view, event);
  // A run without sources behind it has none of their values.
  const frame = frameOf(severalSources('f1', metrics), [{ name: 'past', folder: '/p', view }]);
  const losses = ['Loss (nats) aa', 'Loss (nats) bb'];
  const told = [new Set([null, 2]), new Set([1, null, 3])];

  const whole = wholeTable(frame, 'f1');
  expect(columnsOf(whole, ...losses)).toEqual(told);
  const validations = ['Validation F1', 'Validation F1 bb', 'Validation F1 aa'];
  expect(columnsOf(whole, ...validations)).toEqual([0.6, 0.5, 0.7].map((value) => new Set([null, value])));
  for (const { rows, columns } of [whole, wholeTable(frame, null)])
    for (const row of rows) expect(row).toHaveLength(columns.length);

  const loss = curve(frame, 'loss');
  expect(columnsOf(loss.shown(), ...losses)).toEqual(told);
  expect(columnsOf(loss.all(), ...losses)).toEqual(told);
  const { rows } = loss.all();
  expect(rows.filter(([run]) => run === 'past').map((row) => row.slice(-2))).toContainEqual([null, null]);
  expect(curve(frame, 'l1').all().columns.at(-1)?.name).toBe('most');

  const metric = validationCurve(frame, 'f1');
  expect(columnsOf(metric.shown(), 'F1', 'F1 bb', 'F1 aa')).toEqual(
    [0.6, 0.5, 0.7].map((value) => new Set([value])),
  );
  expect(metric.all().columns.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['run', 'F1', 'F1 bb', 'F1 aa', 'best so far']),
  );
});

test.each([
  ['las', 0.8123, 'Validation LAS', '%', '81.23 %'],
  ['uas', 0.9, 'Validation UAS', '%', '90.00 %'],
  ['exactMatch', 0.5, 'Validation exact match', '%', '50.00 %'],
  ['f1Strict', 0.25, 'Validation strict F1', '%', '25.00 %'],
  ['perplexity', 12.5, 'Validation perplexity', 'per word piece', '12.50'],
  ['loss', 1.5, 'Validation loss', 'nats', '1.500 nats'],
])('%s is named and written as people do', (metric, value, title, unit, text) => {
  const frame = frameOf(severalSources(metric, { [metric]: value }));
  const spec = validationCurve(frame, metric);
  expect([spec.title, spec.unit, spec.show(value)]).toEqual([title, unit, text]);
  expect(spec.note).toContain(` phase: ${text} at step `);
  const { columns, rows } = wholeTable(frame, metric);
  expect(columns.at(-1)?.name).toBe(title);
  expect(columns.at(-1)?.show?.(value)).toBe(text);
  expect(rows.map((row) => row.at(-1))).toContain(value);
});

function withoutL1(events: readonly RunEvent[]): RunEvent[] {
  return events.map((event) => (event.type === 'step' ? { ...event, l1: 0 } : event));
}

test('where no run that is drawn has an L1 term, its chart says so; one that has is drawn beside those that have not', () => {
  const without = frameOf(withoutL1(invented.whole()));
  const spec = curve(without, 'l1');
  expect(spec.empty).toBe('Trained without an L1 term');
  expect(spec.series.flatMap(({ points }) => points.y)).toEqual([]);
  expect(curve(frameOf([]), 'l1').empty).toBe('No steps yet');
  const view = newRunView();
  for (const event of invented.whole()) foldEvent(view, event);
  const beside = curve(frameOf(withoutL1(invented.whole()), [{ name: 'past', folder: '/b', view }]), 'l1');
  expect(beside.series.map(({ points }) => points.y.length > 0)).toEqual([true, true]);
});
