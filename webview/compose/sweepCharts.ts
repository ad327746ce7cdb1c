import { type ComposeSetting, evenly, sftName, sftNames } from '../../src/protocol/compose.ts';
import type { SweepView } from '../../src/protocol/composePanel.ts';
import { metricName } from '../../src/protocol/metricNames.ts';
import { isFraction, metricText } from '../run/metricText.ts';
import type { ChartSpec } from '../ui/chartSpec.ts';
import type { DataTable } from '../ui/dataTable.ts';
import { percent, short } from '../ui/format.ts';
import type { HeatMapProps } from '../ui/heatMap.ts';
import { texts } from './texts.ts';

const { sweep: words } = texts;

/** What the SFTs are called whose coefficients were varied. */
export function axisNames({ axes }: Pick<SweepView, 'axes'>): string[] {
  return sftNames(axes.map(({ file }) => file));
}

export function sweepTitle({ axes }: SweepView): string {
  const [a, b] = axisNames({ axes });
  return b === undefined ? words.curve(a ?? '') : words.map(a ?? '', b);
}

/** The best point so far; losses are best when they are small. */
export function bestOf({ metric, points }: SweepView): SweepView['points'][number] | undefined {
  const sign = metric !== null && isFraction(metric) ? 1 : -1;
  const known = points.filter(({ value }) => value !== null);
  return known.toSorted((a, b) => sign * ((b.value ?? 0) - (a.value ?? 0)))[0];
}

/** A sweep over one coefficient, with the intervals behind the points. */
export function sweepCurve(sweep: SweepView, { rows }: ComposeSetting): ChartSpec {
  const { axes, points } = sweep;
  const metric = sweep.metric ?? '';
  const [{ file, from, to }] = axes;
  const sorted = points.toSorted((a, b) => (a.coefficients[0] ?? 0) - (b.coefficients[0] ?? 0));
  const now = rows.find((row) => row.file === file)?.coefficient;
  const range = [Math.min(from, to), Math.max(from, to)] as const;
  const table = () => sweepTable(sweep);
  return {
    id: 'sweep',
    title: sweepTitle(sweep),
    unit: isFraction(metric) ? '%' : '',
    hint: words.hint,
    series: [
      {
        id: 'value',
        label: metricName(metric),
        colour: 'main',
        shape: 'both',
        points: {
          x: sorted.map(({ coefficients }) => coefficients[0] ?? 0),
          y: sorted.map(({ value }) => value),
        },
        band: { least: sorted.map(({ low }) => low), most: sorted.map(({ high }) => high) },
      },
    ],
    lines:
      now === undefined || now < range[0] || now > range[1]
        ? []
        : [{ x: now, label: words.now, drawn: true }],
    marks: [],
    xRange: range[0] === range[1] ? [range[0] - 1, range[1] + 1] : range,
    showTick: (x) => String(Number(x.toPrecision(4))),
    show: (y) => metricText(metric, y),
    showAxis: (y) => (isFraction(metric) ? percent(y) : short(y)),
    place: (x) => `${sftName(file)} ${Number(x.toPrecision(4))}`,
    shown: table,
    all: table,
    empty: words.empty,
  };
}

/** A sweep over two coefficients: the first one down, the second one across. */
export function sweepMap(sweep: SweepView, use: (coefficients: readonly number[]) => void): HeatMapProps {
  const { axes, points } = sweep;
  const metric = sweep.metric ?? '';
  const [names, values] = [axisNames(sweep), axes.map((one) => evenly(one.from, one.to, one.count))];
  const known = points.flatMap(({ value }) => (value === null ? [] : [value]));
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const label = (n: number) => (value: number) => ({
    short: String(value),
    long: `${names[n] ?? ''} ${value}`,
  });
  const columns = values[1] ?? [];
  return {
    label: sweepTitle(sweep),
    rows: (values[0] ?? []).map(label(0)),
    columns: columns.map(label(1)),
    cells: points.map(({ coefficients, value, low, high }, i) => ({
      row: Math.floor(i / columns.length),
      column: i % columns.length,
      value: (value ?? least) - least,
      text: isFraction(metric) ? ((value ?? NaN) * 100).toFixed(1) : short(value),
      words: `${names.map((name, n) => `${name} ${coefficients[n] ?? ''}`).join(', ')}: ${metricText(metric, value)} ${texts.interval(metricText(metric, low), metricText(metric, high))}`,
    })),
    most: Math.max(most - least, 1e-12),
    ends: [metricText(metric, least), metricText(metric, most)],
    summary: `${names[0] ?? ''} down, ${names[1] ?? ''} across`,
    choose: ({ row, column }) => {
      const point = points[row * columns.length + column];
      if (point !== undefined) use(point.coefficients);
    },
  };
}

export function sweepTable({ axes, metric, points }: SweepView): DataTable {
  const show = (value: number) => metricText(metric ?? '', value);
  const { columns } = texts;
  return {
    columns: [
      ...axisNames({ axes }).map((name) => ({ name: words.coefficient(name) })),
      { name: metricName(metric ?? ''), show },
      { name: columns.low, show },
      { name: columns.high, show },
    ],
    rows: points.map(({ coefficients, value, low, high }) => [...coefficients, value, low, high]),
  };
}
