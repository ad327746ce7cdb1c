import type { ChangeHistogram } from '../../src/protocol/events.ts';
import type { MaskFrame, MaskHistory } from '../../src/protocol/maskHistory.ts';
import type { ChartLine, ChartSpec } from '../ui/chartSpec.ts';
import type { DataTable, Datum } from '../ui/dataTable.ts';
import { count, figure, percent, short } from '../ui/format.ts';
import type { HeatCell, HeatMapProps } from '../ui/heatMap.ts';
import { decades, powerOfTen } from '../ui/logAxis.ts';
import { columnLabel, rowLabel } from '../ui/placeNames.ts';
import { placeText } from './curves.ts';
import { histogramsOf, limitsOf, type Moment } from './moments.ts';
import { positionOf, type PhaseSpan } from './stepAxis.ts';
import { texts } from './texts.ts';

/** The mask of a moment by layer and module, on a scale that is the same at all times. */
export function maskMap({ layout, frames }: MaskHistory, frame: MaskFrame): HeatMapProps {
  const { cells, rows, columns } = layout;
  const isKnown = totalsKnown({ layout });
  const shares = sharesOf(layout, frame);
  const most = Math.max(...frames.flatMap((one) => sharesOf(layout, one)), 1e-12);
  const say = isKnown ? texts.mask.shareWords : texts.mask.shareOfKWords;
  const rowLabels = rows.map(rowLabel);
  const columnLabels = columns.map(columnLabel);
  const chosen = frame.counts.reduce((sum, n) => sum + n, 0);
  const total = cells.reduce((sum, cell) => sum + (cell.total ?? 0), 0);
  const counted = (n: number, of: number | null) =>
    of === null || !isKnown ? texts.mask.countsOfK(count(n)) : texts.mask.counts(count(n), count(of));
  return {
    label: texts.mask.map,
    rows: rowLabels,
    columns: columnLabels,
    cells: cells.map((cell, i): HeatCell => {
      const { row, column } = cell;
      return {
        row,
        column,
        value: shares[i],
        text: (100 * shares[i]).toFixed(1),
        words: texts.mask.words(
          rowLabels[row].long,
          columnLabels[column].long,
          say(percent(shares[i])),
          counted(frame.counts[i] ?? 0, cell.total),
        ),
      };
    }),
    most,
    ends: ['0 %', percent(most)],
    summary: isKnown
      ? texts.mask.summary(say(percent(chosen / Math.max(1, total))), counted(chosen, total))
      : texts.mask.countsOfK(count(chosen)),
  };
}

/** The share of each cell's entries that are in the mask; where their number is not known, its share of the mask. */
function sharesOf(layout: MaskHistory['layout'], { counts }: MaskFrame): number[] {
  const isKnown = totalsKnown({ layout });
  const all = counts.reduce((sum, n) => sum + n, 0);
  return layout.cells.map(({ total }, i) => (counts[i] ?? 0) / Math.max(1, isKnown ? (total ?? 1) : all));
}

/** Whether the map can show shares of all entries, and not of K alone. */
export function totalsKnown({ layout }: Pick<MaskHistory, 'layout'>): boolean {
  return layout.cells.every(({ total }) => total !== null);
}

/** The numbers of the map. */
export function maskTable({ layout }: Pick<MaskHistory, 'layout'>, frame: MaskFrame): DataTable {
  const { cells, rows, columns } = layout;
  const isKnown = totalsKnown({ layout });
  const shares = sharesOf(layout, frame);
  return {
    columns: [
      { name: texts.columns.layer },
      { name: texts.columns.module },
      { name: texts.columns.chosen, show: count },
      { name: texts.columns.total, show: count },
      { name: isKnown ? texts.columns.share : texts.columns.shareOfK, show: percent },
    ],
    rows: cells.map(({ row, column, total }, i): Datum[] => [
      rows[row],
      columns[column],
      frame.counts[i] ?? 0,
      total,
      shares[i],
    ]),
  };
}

/** When a moment is, in words. */
export function momentText(moment: Moment, iterations: number): string {
  const { iteration } = moment.kind === 'mask' ? moment.mask : moment.movement;
  const { mask } = texts;
  let what = mask.chosen;
  if (moment.kind === 'movement') what = mask.sparseStep(count(moment.movement.step));
  else if (moment.mask.step !== null) what = mask.fullStep(count(moment.mask.step));
  return mask.at(iterations > 1 ? iteration : null, what);
}

/**
 * How far entries have moved at a moment: all of them in a full phase, those of the mask in a sparse one. `about` is where the mask
 * would begin with another K.
 */
export function changeChart(
  moments: readonly Moment[],
  moment: Moment,
  about: number | null = null,
): ChartSpec {
  const isMovement = moment.kind === 'movement';
  const histogram = isMovement ? moment.movement.histogram : nearestHistogram(moments, moment);
  // One x axis for both kinds, so that movement can be held against what was chosen.
  const { exponents } = limitsOf([...histogramsOf(moments, 'mask'), ...histogramsOf(moments, 'movement')]);
  const { most } = limitsOf(histogramsOf(moments, moment.kind));
  const { change } = texts;
  const table = () => histogramTable(histogram);
  const bins = binsOf(histogram);
  const threshold = isMovement ? null : moment.mask.threshold;
  return {
    id: 'change',
    title: isMovement ? change.movementTitle : change.title,
    unit: change.unit,
    hint: isMovement ? change.movementHint : change.hint,
    note: histogram === null ? undefined : change.unmoved(count(histogram.unmoved)),
    series: [
      {
        id: 'change:entries',
        label: change.series,
        colour: 'main',
        shape: 'bars',
        points: {
          x: bins.map(({ exponent }) => exponent + 0.5),
          y: bins.map(({ entries }) => (entries > 0 ? entries : null)),
        },
      },
    ],
    lines: thresholdLines(threshold, about),
    marks: [],
    xRange: exponents,
    yRange: [1, powerOfTen(most)],
    logY: true,
    ticks: decades,
    showTick: (x) => `1e${Math.round(x * Math.log10(2))}`,
    show: (y) => change.entries(count(y)),
    showAxis: short,
    place: (x) => change.place(short(2 ** Math.floor(x)), short(2 ** (Math.floor(x) + 1))),
    shown: table,
    all: table,
    empty: change.empty,
  };
}

/** The line of a threshold; the one that is about to be comes first, since its word is the one that is read. */
function thresholdLines(threshold: number | null, about: number | null): readonly ChartLine[] {
  const { change } = texts;
  return [
    ...thresholdLine(about, change.aboutThreshold, true),
    ...thresholdLine(threshold, change.threshold, about === null),
  ];
}

function thresholdLine(
  at: number | null,
  label: (value: string) => string,
  strong: boolean,
): readonly ChartLine[] {
  return at === null || !(at > 0) ? [] : [{ x: Math.log2(at), label: label(short(at)), drawn: true, strong }];
}

/** How much the mask still changed from one frame to the next. */
export function overlapChart({ frames }: MaskHistory, axis: readonly PhaseSpan[]): ChartSpec {
  const { overlap } = texts;
  const told = frames.flatMap((frame) => {
    const { iteration, step } = frame;
    const x = step === null ? undefined : positionOf(axis, { iteration, phase: 'full' }, step);
    return x === undefined || step === null ? [] : [{ ...frame, step, x }];
  });
  /** Steps from the statistics before: they come more seldom where they cost much, and older ones are thinned out. */
  const gaps = told.map(({ iteration, step, overlap }, i) => {
    const before = told[i - 1];
    return overlap === null || before?.iteration !== iteration ? null : step - before.step;
  });
  const end = axis.findLast(({ phase, iteration }) => {
    return phase === 'full' && told.some((frame) => frame.iteration === iteration);
  });
  const table = () => ({
    columns: [
      { name: texts.columns.iteration },
      { name: texts.columns.step, show: count },
      { name: texts.columns.since, show: count },
      { name: texts.columns.jaccard, show: figure },
      { name: texts.columns.threshold, show: figure },
    ],
    rows: told.map(({ iteration, step, overlap, threshold }, i): Datum[] => [
      iteration,
      step,
      gaps[i] ?? null,
      overlap,
      threshold,
    ]),
  });
  return {
    id: 'overlap',
    title: overlap.title,
    unit: overlap.unit,
    hint: overlap.hint,
    series: [
      {
        id: 'overlap:jaccard',
        label: overlap.series(gapText(gaps.filter((gap) => gap !== null))),
        colour: 'main',
        shape: 'both',
        // The first of an iteration has none: a gap.
        points: { x: told.map(({ x }) => x), y: told.map((frame) => frame.overlap) },
      },
    ],
    lines: [],
    marks: [],
    xRange: [0, Math.max(1, end === undefined ? 0 : end.from + end.steps)],
    yRange: [0, 1],
    showTick: short,
    show: (y) => y.toFixed(3),
    showAxis: short,
    place: (x) => placeText(axis, x),
    shown: table,
    all: table,
    empty: overlap.empty,
  };
}

/** How far apart masks are that are compared: `20`, or `20 to 50`, over which an index means less and less; null where it is not known. */
function gapText(gaps: readonly number[]): string | null {
  if (gaps.length === 0) return null;
  const [least, most] = [Math.min(...gaps), Math.max(...gaps)];
  return least === most ? count(least) : texts.overlap.range(count(least), count(most));
}

/** A chosen mask tells none: what it was chosen from is the last one before it. */
function nearestHistogram(moments: readonly Moment[], moment: Moment): ChangeHistogram | null {
  const before = moments.slice(0, moments.indexOf(moment) + 1);
  const { iteration } = moment.kind === 'mask' ? moment.mask : moment.movement;
  const found = before.findLast(
    (one) => one.kind === 'mask' && one.mask.iteration === iteration && one.mask.histogram !== null,
  );
  return found?.mask?.histogram ?? null;
}

function binsOf(histogram: ChangeHistogram | null) {
  return (histogram?.counts ?? []).map((entries, i) => ({ exponent: (histogram?.first ?? 0) + i, entries }));
}

function histogramTable(histogram: ChangeHistogram | null): DataTable {
  const { from, to, entries } = texts.columns;
  return {
    columns: [
      { name: from, show: short },
      { name: to, show: short },
      { name: entries, show: count },
    ],
    rows: [
      [0, 0, histogram?.unmoved ?? null],
      ...binsOf(histogram).map(({ exponent, entries }): Datum[] => [
        2 ** exponent,
        2 ** (exponent + 1),
        entries,
      ]),
    ],
  };
}
