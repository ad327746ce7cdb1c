/** Values over ascending positions; null is a gap. */
export interface Points {
  readonly x: number[];
  readonly y: (number | null)[];
}

/** Series over one axis: `undefined` where another series has a point and this one does not. */
export interface Aligned {
  readonly x: number[];
  readonly ys: (number | null | undefined)[][];
}

/**
 * Brings series with positions of their own onto one axis. Of points at one position, the last one counts. One series is
 * given back as it is, without a copy.
 */
export function alignSeries(series: readonly Points[]): Aligned {
  if (series.length === 1 && ascends(series[0].x)) return { x: series[0].x, ys: [series[0].y] };
  const x = [...new Set(series.flatMap((one) => one.x))].sort((a, b) => a - b);
  const place = new Map(x.map((value, i) => [value, i]));
  const ys = series.map((one) => {
    const values: (number | null | undefined)[] = Array.from({ length: x.length });
    one.x.forEach((value, i) => {
      const at = place.get(value);
      if (at !== undefined) values[at] = one.y[i] ?? null;
    });
    return values;
  });
  return { x, ys };
}

function ascends(x: readonly number[]): boolean {
  return x.every((value, i) => i === 0 || value > x[i - 1]);
}
