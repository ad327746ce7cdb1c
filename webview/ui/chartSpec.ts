import type { Points } from './alignSeries.ts';
import type { DataTable } from './dataTable.ts';
import type { SeriesColour } from './theme.ts';

/** One line, row of points or row of bars in a chart. */
export interface ChartSeries {
  readonly id: string;
  readonly label: string;
  readonly colour: SeriesColour;
  readonly shape: 'line' | 'points' | 'both' | 'bars';
  readonly dashed?: boolean;
  readonly points: Points;
  /** Least and most behind each point. */
  readonly band?: {
    readonly least: readonly (number | null)[];
    readonly most: readonly (number | null)[];
  };
}

/** A vertical line, with a word beside it. */
export interface ChartLine {
  readonly x: number;
  readonly label: string;
  /** Whether the line itself is drawn: the first phase needs its word alone. */
  readonly drawn: boolean;
  readonly strong?: boolean;
}

/** A word at a point. */
export interface ChartMark {
  readonly x: number;
  readonly y: number;
  readonly label: string;
}

/** Everything that a chart shows. */
export interface ChartSpec {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  /** What the title and its unit mean. */
  readonly hint: string;
  /** A line under the title, such as the best value. */
  readonly note?: string | undefined;
  readonly series: readonly ChartSeries[];
  readonly lines: readonly ChartLine[];
  readonly marks: readonly ChartMark[];
  readonly xRange: readonly [number, number];
  /** Where values are told while no cursor is: how far what is looked at has come. */
  readonly now?: number | undefined;
  /** Fixed limits; without them, those of what is seen. */
  readonly yRange?: readonly [number, number] | undefined;
  readonly logY?: boolean;
  /** Ticks of the x axis, where they are not round numbers. */
  readonly ticks?: ((from: number, to: number) => number[]) | undefined;
  readonly showTick: (x: number) => string;
  /** A value of y as text, with its unit. */
  readonly show: (y: number) => string;
  readonly showAxis: (y: number) => string;
  /** Where x is, in words: `full phase, step 812`. */
  readonly place: (x: number) => string;
  /** What is seen, for the page; and everything, for CSV. */
  readonly shown: () => DataTable;
  readonly all: () => DataTable;
  /** Said in place of the curves while there are none. */
  readonly empty: string;
}

/** The values of a series next to x, if there are any within `reach` of it. */
export function valueNear({ x, y }: Points, at: number, reach: number): number | null {
  let low = 0;
  let high = x.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x[middle] < at) low = middle + 1;
    else high = middle;
  }
  const near = [low - 1, low].filter((i) => typeof y[i] === 'number' && Math.abs(x[i] - at) <= reach);
  const best = near.sort((a, b) => Math.abs(x[a] - at) - Math.abs(x[b] - at))[0];
  return best === undefined ? null : (y[best] ?? null);
}

/** The last value of a series. */
export function lastValue({ y }: Points): number | null {
  return y.findLast((value) => value !== null) ?? null;
}

/** Positions at which one of the series has a value, in order, within the range that is shown. */
export function stopsOf({ series, xRange }: ChartSpec, isHidden: (id: string) => boolean): number[] {
  const found = new Set<number>();
  for (const { id, points } of series) {
    if (isHidden(id)) continue;
    points.x.forEach((x, i) => {
      if (points.y[i] !== null && x >= xRange[0] && x <= xRange[1]) found.add(x);
    });
  }
  return [...found].sort((a, b) => a - b);
}
