import { extent } from './extent.ts';
import type { BarsBlock } from './notebook.ts';

const [width, rowHeight, top, bottom, right] = [480, 22, 8, 26, 24];
/** Width of a letter of a name, and the most that names take. */
const [letter, mostNames] = [7, 200];

/** A figure with its interval, where it is drawn. */
export interface ForestRow {
  readonly name: string;
  readonly y: number;
  readonly x: number;
  readonly low: number;
  readonly high: number;
}

/** Figures with their intervals below one another, as a drawing has them. */
export interface ForestPlot {
  readonly width: number;
  readonly height: number;
  /** Where names end. */
  readonly names: number;
  readonly rows: readonly ForestRow[];
  /** Where the first figure stands, against which the others are held. */
  readonly reference: number;
  /** The ends of the axis, and the figures there. */
  readonly ends: readonly { readonly x: number; readonly value: number }[];
}

/** Lays figures out; undefined where there are fewer than two. */
export function forestPlot({ bars }: Pick<BarsBlock, 'bars'>): ForestPlot | undefined {
  const known = bars.flatMap(({ name, value, low, high }) =>
    value === null ? [] : [{ name, value, low: low ?? value, high: high ?? value }],
  );
  if (known.length < 2) return undefined;
  const names = Math.min(mostNames, letter * Math.max(...known.map(({ name }) => name.length)) + 12);
  const [least, most] = extent(known.flatMap(({ low, high }) => [low, high]));
  const px = (value: number) => round(names + ((width - names - right) * (value - least)) / (most - least));
  return {
    width,
    height: top + known.length * rowHeight + bottom,
    names: names - 8,
    rows: known.map(({ name, value, low, high }, i) => ({
      name,
      y: top + (i + 0.5) * rowHeight,
      x: px(value),
      low: px(low),
      high: px(high),
    })),
    reference: px(known[0].value),
    ends: [least, most].map((value) => ({ x: px(value), value })),
  };
}

function round(value: number): number {
  return Math.round(10 * value) / 10;
}
