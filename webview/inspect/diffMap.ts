import type { Interference, InterferenceTable } from '../../src/protocol/inspect.ts';
import type { DiffMeasure } from '../../src/protocol/inspectPanel.ts';
import type { DataTable } from '../ui/dataTable.ts';
import { count, percent } from '../ui/format.ts';
import type { HeatCell, HeatMapProps } from '../ui/heatMap.ts';
import { columnLabel, rowLabel } from '../ui/placeNames.ts';
import { texts } from './texts.ts';

/** A number of a pair that a map can show. */
export interface Measure {
  readonly of: (one: Interference) => number | undefined;
  readonly show: (value: number) => string;
  /** In a cell, without its unit. */
  readonly short: (value: number) => string;
  readonly unit: string;
  /** On a scale with chance in the middle: how far from it a value is, the end of the scale, and the value at such a distance. */
  readonly fromChance?: {
    readonly distance: (value: number) => number;
    readonly most?: number;
    readonly value: (distance: number) => number;
  };
}

const share = (part: (one: Interference) => number): Measure => ({
  of: (one) => {
    const union = one.onlyA + one.onlyB + one.both;
    return union === 0 ? undefined : part(one) / union;
  },
  show: percent,
  short: (value) => (100 * value).toFixed(1),
  unit: texts.diff.share,
});

/** What the map can show of two SFTs. */
export const measures: Readonly<Record<DiffMeasure, Measure>> = {
  onlyA: share(({ onlyA }) => onlyA),
  onlyB: share(({ onlyB }) => onlyB),
  equal: share(({ equal }) => equal),
  opposite: share(({ opposite }) => opposite),
  timesChance: {
    of: ({ timesChance }) => timesChance,
    show: (value) => `${value.toFixed(2)} x`,
    short: (value) => value.toFixed(2),
    unit: texts.diff.times,
    fromChance: { distance: Math.log2, value: (distance) => 2 ** distance },
  },
  signAgreement: {
    of: ({ signAgreement }) => signAgreement,
    show: percent,
    short: (value) => (100 * value).toFixed(1),
    unit: texts.diff.ofBoth,
    fromChance: { distance: (value) => value - 0.5, most: 0.5, value: (distance) => 0.5 + distance },
  },
  cosine: {
    of: ({ cosine }) => cosine,
    show: (value) => value.toFixed(3),
    short: (value) => value.toFixed(2),
    unit: texts.diff.cosineUnit,
    fromChance: { distance: (value) => value, most: 1, value: (distance) => distance },
  },
};

/** Two SFTs by layer and module. */
export function diffMap(table: InterferenceTable, measure: DiffMeasure): HeatMapProps {
  return measureMap(table, measures[measure], texts.diff.measures[measure]);
}

/** Any number of two SFTs by layer and module. */
export function measureMap(
  { rows, columns, cells, all }: InterferenceTable,
  { of, show, short, fromChance }: Measure,
  name: string,
): HeatMapProps {
  const placed = (value: number) => fromChance?.distance(value) ?? value;
  const sizes = cells.map((cell) => Math.abs(placed(of(cell) ?? NaN))).filter(Number.isFinite);
  const most = fromChance?.most ?? Math.max(...sizes, 1e-12);
  const whole = of(all);
  return {
    label: texts.diff.map(name),
    rows: rows.map(rowLabel),
    columns: columns.map(columnLabel),
    cells: cells.flatMap((cell): HeatCell[] => {
      const value = of(cell);
      if (value === undefined) return [];
      const { row, column, both } = cell;
      return [
        {
          row: rows.indexOf(row),
          column: columns.indexOf(column),
          value: placed(value),
          text: short(value),
          words: texts.map.words(
            rowLabel(row).long,
            columnLabel(column).long,
            show(value),
            `${count(both)} ${texts.diff.facts.both}`,
          ),
        },
      ];
    }),
    most,
    ends:
      fromChance === undefined
        ? [show(0), show(most)]
        : [show(fromChance.value(-most)), show(fromChance.value(most))],
    summary: whole === undefined ? '' : `${texts.all}: ${show(whole)}`,
    ...(fromChance === undefined ? {} : { scale: 'diverging' }),
  };
}

/** What a table has where nothing can be told. */
export function orNull(value: number | undefined): number | null {
  return value ?? null;
}

/** The numbers of the map. */
export function measureData({ cells }: InterferenceTable, measure: DiffMeasure): DataTable {
  const { of, show } = measures[measure];
  return {
    columns: [
      { name: texts.columns.layer },
      { name: texts.columns.module },
      { name: texts.diff.measures[measure], show },
      { name: texts.diff.columns.both, show: count },
    ],
    rows: cells.map((one) => [one.row, one.column, orNull(of(one)), one.both]),
  };
}

/** All numbers, by layer and module; CSV has all digits. */
export function diffData({ cells }: InterferenceTable): DataTable {
  const { measures: names, columns } = texts.diff;
  return {
    columns: [
      { name: texts.columns.layer },
      { name: texts.columns.module },
      { name: names.onlyA, show: count },
      { name: names.onlyB, show: count },
      { name: names.equal, show: count },
      { name: names.opposite, show: count },
      { name: columns.both, show: count },
      { name: columns.expected, show: count },
      { name: columns.timesChance, show: (value) => value.toFixed(2) },
      { name: columns.signAgreement, show: percent },
      { name: columns.cosine, show: (value) => value.toFixed(3) },
      { name: columns.energyA, show: percent },
      { name: columns.energyB, show: percent },
    ],
    rows: cells.map((one) => [
      one.row,
      one.column,
      one.onlyA,
      one.onlyB,
      one.equal,
      one.opposite,
      one.both,
      orNull(one.expected),
      orNull(one.timesChance),
      orNull(one.signAgreement),
      orNull(one.cosine),
      orNull(one.energyA),
      orNull(one.energyB),
    ]),
  };
}

/** Whether two SFTs share more than chance, in a sentence. */
export function verdict({ both, timesChance, entriesA, entriesB }: Interference): string {
  const { more, asChance, less, none, unknown } = texts.diff.verdict;
  if (both === 0 || entriesA === 0 || entriesB === 0) return none;
  if (timesChance === undefined) return unknown;
  const times = timesChance.toFixed(2);
  if (timesChance > 1.05) return more(times);
  return timesChance < 0.95 ? less(times) : asChance;
}
