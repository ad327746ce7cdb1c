import { metricName } from '../../src/protocol/metricNames.ts';
import type { ValidationEvent } from '../../src/protocol/events.ts';
import type { PhaseSnapshot, RunSnapshot } from '../../src/protocol/runSnapshot.ts';
import {
  bucketStep,
  type PhaseSeries,
  type SeriesColumn,
  type SeriesValues,
} from '../../src/protocol/runSeries.ts';
import type { RunView } from '../../src/protocol/runView.ts';
import type { Points } from '../ui/alignSeries.ts';
import type { ChartLine, ChartMark, ChartSeries, ChartSpec } from '../ui/chartSpec.ts';
import type { DataTable, Datum } from '../ui/dataTable.ts';
import { count, figure, short } from '../ui/format.ts';
import { smooth } from '../ui/smooth.ts';
import { ghostColour } from '../ui/theme.ts';
import { bestOf, keptBest } from './best.ts';
import { isFraction, metricText } from './metricText.ts';
import { isSamePhase, positionOf, stepAt, type PhasePlace, type PhaseSpan } from './stepAxis.ts';
import { texts } from './texts.ts';

/** A run as charts need it. */
export interface DrawnRun {
  readonly name: string;
  readonly folder: string;
  readonly view: RunView;
}

/** What all charts over steps have in common. */
export interface CurveFrame {
  readonly axis: readonly PhaseSpan[];
  readonly xRange: readonly [number, number];
  readonly run: DrawnRun;
  /** Drawn behind it. */
  readonly ghosts: readonly DrawnRun[];
}

/** The chart of one quantity of a step. */
export function curve(frame: CurveFrame, column: SeriesColumn): ChartSpec {
  const { axis, run, ghosts } = frame;
  const [title, unit, hint] = texts.charts[column];
  const { points, least, most } = joined(axis, run.view.series, column);
  const validated =
    column === 'loss' ? validationPoints(axis, run.view.run.phases, 'loss') : { x: [], y: [] };
  const series: ChartSeries[] = [
    ...ghosts.map((ghost, i): ChartSeries => ({
      id: `${column}:${ghost.folder}`,
      label: ghost.name,
      colour: ghostColour(i),
      shape: 'line',
      dashed: true,
      points: joined(axis, ghost.view.series, column).points,
    })),
    {
      id: `${column}:train`,
      label: column === 'loss' ? texts.train : texts.thisRun,
      colour: 'main',
      shape: 'line',
      points,
      band: { least, most },
    },
    ...(column === 'loss' ? sourceCurves(frame) : []),
  ];
  if (validated.x.length > 0) {
    const label = texts.validation;
    series.push({ id: `${column}:validation`, label, colour: 'second', shape: 'points', points: validated });
  }
  const withUnit =
    column === 'tokensPerSecond' ? 'tokens/s' : column === 'loss' || column === 'l1' ? 'nats' : '';
  // A line at 0 would say nothing.
  const isOff = column === 'l1' && points.x.length > 0 && series.every((one) => isAllZero(one.points));
  return {
    ...common(frame),
    now: points.x.at(-1),
    id: column,
    title,
    unit,
    hint,
    series: isOff ? series.map((one) => ({ ...one, ...nothing })) : series,
    marks: [],
    show: (y) => `${figure(y)}${withUnit === '' ? '' : ` ${withUnit}`}`,
    showAxis: short,
    shown: () => curveTable(frame, column, true),
    all: () => curveTable(frame, column, false),
    empty: isOff ? texts.noL1 : texts.noSteps,
  };
}

const nothing = { points: { x: [], y: [] }, band: { least: [], most: [] } };

function isAllZero({ y }: Points): boolean {
  return y.every((value) => value === null || value === 0);
}

/** The chart of the metric by which values are kept. */
export function validationCurve(frame: CurveFrame, metric: string): ChartSpec {
  const { axis, run, ghosts } = frame;
  const bests = run.view.run.phases.flatMap(({ best }) => best ?? []);
  const valueOf = (one: { readonly metrics: Readonly<Record<string, number>> }) =>
    one.metrics[metric] ?? null;
  const best = bests.at(-1);
  const kept = keptBest(run.view.run, metric);
  const id = 'validation';
  const points = validationPoints(axis, run.view.run.phases, metric);
  return {
    ...common(frame),
    now: points.x.at(-1),
    id,
    title: texts.validationTitle(metricName(metric)),
    unit: isFraction(metric) ? texts.percentUnit : metric === 'loss' ? texts.nats : texts.noUnit,
    hint: texts.validationHint,
    note: best === undefined ? undefined : bestText(run.view.run, metric, best, best === kept),
    series: [
      ...ghosts.map((ghost, i): ChartSeries => ({
        id: `${id}:${ghost.folder}`,
        label: ghost.name,
        colour: ghostColour(i),
        shape: 'line',
        dashed: true,
        points: validationPoints(axis, ghost.view.run.phases, metric),
      })),
      {
        id: `${id}:this`,
        label: texts.thisRun,
        colour: 'main',
        shape: 'both',
        points,
      },
      ...sourceNames(run.view.run.phases, metric).map((name, i): ChartSeries => ({
        id: `${id}:source:${name}`,
        label: name,
        colour: ghostColour(ghosts.length + i),
        shape: 'line',
        points: validationPoints(axis, run.view.run.phases, `${metric} ${name}`),
      })),
    ],
    marks: bests.flatMap((one): ChartMark[] => {
      const x = positionOf(axis, one, one.step);
      const y = valueOf(one);
      return x === undefined || y === null
        ? []
        : [{ x, y, label: one === kept ? texts.kept : texts.bestMark }];
    }),
    show: (y) => metricText(metric, y),
    showAxis: (y) => (isFraction(metric) ? `${short(100 * y)} %` : short(y)),
    shown: () => validationTable(frame, metric, true),
    all: () => validationTable(frame, metric, false),
    empty: texts.noValidation,
  };
}

/** The best of the last phase that was validated, and whether it is what the SFT has. */
function bestText(run: RunSnapshot, metric: string, best: ValidationEvent, isKept: boolean): string {
  const value = metricText(metric, best.metrics[metric] ?? null);
  const text = texts.best(bestOf(best, run.phases), value, count(best.step));
  return isKept ? texts.bestKept(text) : text;
}

/** All quantities of this run's steps that are shown, side by side. */
export function wholeTable({ axis, run, xRange }: CurveFrame, metric: string | null): DataTable {
  const columns = Object.keys(texts.charts) as SeriesColumn[];
  const sources = lossSources(run.view.series);
  const metrics = metric === null ? [] : [metric, ...sourceMetrics([run], metric)];
  const rows: Datum[][] = [];
  for (const series of run.view.series) {
    const phase = run.view.run.phases.find((one) => isSamePhase(one, series));
    for (const { bucket, first, last } of bucketsOf(series, axis, xRange)) {
      const validated = phase?.validations.findLast((one) => one.step >= first && one.step <= last);
      rows.push([
        ...placeOf(series, last),
        series.counts[bucket] ?? 0,
        ...columns.map((column) => series.values[column].mean[bucket] ?? null),
        ...sources.map((name) => sourceLoss(series, name, bucket)),
        ...metrics.map((name) => finite(validated?.metrics[name])),
      ]);
    }
  }
  return {
    columns: [
      ...placeColumns,
      { name: texts.columns.steps, show: count },
      ...columns.map((column) => ({ name: titled(column), show: figure })),
      ...sources.map((name) => ({ name: `${titled('loss')} ${name}`, show: figure })),
      ...metrics.map((name) => ({
        name: texts.validationTitle(metricName(name)),
        show: (value: number) => metricText(name, value),
      })),
    ],
    rows,
  };
}

/** Where a position of the axis is, in words. */
export function placeText(axis: readonly PhaseSpan[], x: number): string {
  const place = stepAt(axis, x);
  if (place === undefined) return '';
  const several = axis.some(({ iteration }) => iteration > 1);
  return texts.place(several ? place.iteration : null, place.phase, count(place.step));
}

function common({ axis, xRange }: CurveFrame) {
  return {
    xRange,
    lines: phaseLines(axis),
    showTick: short,
    place: (x: number) => placeText(axis, x),
  };
}

function phaseLines(axis: readonly PhaseSpan[]): readonly ChartLine[] {
  const several = axis.some(({ iteration }) => iteration > 1);
  return axis.map(({ iteration, phase, from }) => ({
    x: from,
    label: several ? `${texts.phases[phase]} ${iteration}` : texts.phases[phase],
    drawn: from > 0,
  }));
}

/** Phases one after the other, with a gap between them, since each begins anew. */
function joined(axis: readonly PhaseSpan[], all: readonly PhaseSeries[], column: SeriesColumn) {
  // The other two are smooth by themselves.
  const smoothed = column !== 'l1' && column !== 'learningRate';
  return joinedValues(axis, all, smoothed, ({ values }) => values[column]);
}

/** The loss of each source, where there are several; in colours of their own. */
function sourceCurves({ axis, run, ghosts }: CurveFrame): ChartSeries[] {
  const all = run.view.series;
  return lossSources(all).map((name, i) => ({
    id: `loss:source:${name}`,
    label: name,
    colour: ghostColour(ghosts.length + i),
    shape: 'line',
    points: joinedValues(axis, all, true, (series) => ({
      mean: series.counts.map((_, bucket) => sourceLoss(series, name, bucket)),
      least: [],
      most: [],
    })).points,
  }));
}

/** Sources whose loss is told apart. */
function lossSources(all: readonly PhaseSeries[]): string[] {
  return [...new Set(all.flatMap(({ sources = {} }) => Object.keys(sources)))];
}

/** Mean loss of a source in a bucket; null where it had no step there. */
function sourceLoss({ sources = {} }: PhaseSeries, name: string, bucket: number): number | null {
  return sources[name]?.mean[bucket] ?? null;
}

function joinedValues(
  axis: readonly PhaseSpan[],
  all: readonly PhaseSeries[],
  smoothed: boolean,
  valuesOf: (series: PhaseSeries) => SeriesValues,
) {
  const x: number[] = [];
  const y: (number | null)[] = [];
  const least: (number | null)[] = [];
  const most: (number | null)[] = [];
  for (const series of all) {
    const start = positionOf(axis, series, 0);
    if (start === undefined || series.counts.length === 0) continue;
    if (x.length > 0) {
      x.push(start + 0.5);
      for (const values of [y, least, most]) values.push(null);
    }
    const values = valuesOf(series);
    const radius = smoothed ? Math.round(series.steps / series.width / 80) : 0;
    series.counts.forEach((_, bucket) => x.push(start + bucketStep(series, bucket)));
    y.push(...smooth(values.mean, radius));
    least.push(...values.least);
    most.push(...values.most);
  }
  const points: Points = { x: trimmed(x), y: trimmed(y) };
  return { points, least: trimmed(least), most: trimmed(most) };
}

/** Without the room that an array has in which it grew: curves are held as long as they are shown. */
function trimmed<T>(values: readonly T[]): T[] {
  return values.slice();
}

/** Sources of which a metric is told apart: `accuracy en` beside `accuracy`. */
function sourceNames(phases: readonly PhaseSnapshot[], metric: string): string[] {
  const [first] = phases.flatMap(({ validations }) => validations);
  const start = `${metric} `;
  return Object.keys(first?.metrics ?? {}).flatMap((name) =>
    name.startsWith(start) ? [name.slice(start.length)] : [],
  );
}

/** The metric of each source that any of these runs tells apart, as `accuracy en`. */
function sourceMetrics(runs: readonly DrawnRun[], metric: string): string[] {
  const names = runs.flatMap(({ view }) => sourceNames(view.run.phases, metric));
  return [...new Set(names)].map((name) => `${metric} ${name}`);
}

function validationPoints(
  axis: readonly PhaseSpan[],
  phases: readonly PhaseSnapshot[],
  metric: string,
): Points {
  const x: number[] = [];
  const y: (number | null)[] = [];
  for (const { validations } of phases) {
    if (validations.length > 0 && x.length > 0) {
      x.push((positionOf(axis, validations[0], 0) ?? 0) + 0.5);
      y.push(null);
    }
    for (const one of validations) {
      const at = positionOf(axis, one, one.step);
      const value = finite(one.metrics[metric]);
      if (at === undefined || value === null) continue;
      x.push(at);
      y.push(value);
    }
  }
  return { x: trimmed(x), y: trimmed(y) };
}

const placeColumns = [
  { name: texts.columns.iteration },
  { name: texts.columns.phase },
  { name: texts.columns.step, show: count },
];

function placeOf({ iteration, phase }: PhasePlace, step: number): Datum[] {
  return [iteration, phase, step];
}

function titled(column: SeriesColumn): string {
  const [title, unit] = texts.charts[column];
  return `${title} (${unit})`;
}

function curveTable(frame: CurveFrame, column: SeriesColumn, isShown: boolean): DataTable {
  const { axis, xRange, run, ghosts } = frame;
  const runs = isShown ? [run] : [run, ...ghosts];
  const sources = column === 'loss' ? lossSources(runs.flatMap(({ view }) => view.series)) : [];
  const rows: Datum[][] = [];
  for (const one of runs) {
    for (const series of one.view.series) {
      const { mean, least, most } = series.values[column];
      for (const { bucket, last } of bucketsOf(series, axis, isShown ? xRange : undefined)) {
        rows.push([
          ...(isShown ? [] : [one.name]),
          ...placeOf(series, last),
          series.counts[bucket] ?? 0,
          mean[bucket] ?? null,
          least[bucket] ?? null,
          most[bucket] ?? null,
          ...sources.map((name) => sourceLoss(series, name, bucket)),
        ]);
      }
    }
  }
  return {
    columns: [
      ...(isShown ? [] : [{ name: texts.columns.run }]),
      ...placeColumns,
      { name: texts.columns.steps, show: count },
      { name: `${titled(column)} ${texts.columns.mean}`, show: figure },
      { name: texts.columns.least, show: figure },
      { name: texts.columns.most, show: figure },
      ...sources.map((name) => ({ name: `${titled(column)} ${name}`, show: figure })),
    ],
    rows,
  };
}

function validationTable(frame: CurveFrame, metric: string, isShown: boolean): DataTable {
  const { axis, xRange, run, ghosts } = frame;
  const runs = isShown ? [run] : [run, ...ghosts];
  const metrics = [metric, ...sourceMetrics(runs, metric)];
  const rows: Datum[][] = [];
  for (const one of runs) {
    for (const { validations } of one.view.run.phases) {
      for (const validation of validations) {
        const at = positionOf(axis, validation, validation.step);
        if (isShown && (at === undefined || at < xRange[0] || at > xRange[1])) continue;
        rows.push([
          ...(isShown ? [] : [one.name]),
          ...placeOf(validation, validation.step),
          ...metrics.map((name) => finite(validation.metrics[name])),
          validation.best ? texts.yes : texts.no,
        ]);
      }
    }
  }
  return {
    columns: [
      ...(isShown ? [] : [{ name: texts.columns.run }]),
      ...placeColumns,
      ...metrics.map((name) => ({
        name: metricName(name),
        show: (value: number) => metricText(name, value),
      })),
      { name: texts.columns.best },
    ],
    rows,
  };
}

/** Buckets that lie in a range of the axis, with their first and last step. */
function bucketsOf(series: PhaseSeries, axis: readonly PhaseSpan[], range?: readonly [number, number]) {
  const start = positionOf(axis, series, 0) ?? 0;
  return series.counts.flatMap((_, bucket) => {
    const last = bucketStep(series, bucket);
    const at = start + last;
    if (range !== undefined && (at < range[0] || at > range[1])) return [];
    return [{ bucket, first: bucket * series.width + 1, last }];
  });
}

/** JSON has no numbers that are none: they come as null. */
function finite(value: number | null | undefined): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
