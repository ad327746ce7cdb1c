import { html, type TemplateResult } from 'lit';
import type { Magnitudes } from '../../src/protocol/inspect.ts';
import { newChart } from '../ui/chart.ts';
import type { ChartSpec } from '../ui/chartSpec.ts';
import type { DataTable, Datum } from '../ui/dataTable.ts';
import { count, figure, short } from '../ui/format.ts';
import { decades, powerOfTen } from '../ui/logAxis.ts';
import { mount } from '../ui/mount.ts';
import { progressRing } from '../ui/progressRing.ts';
import { facts } from './facts.ts';
import { namesOf, type Panel } from './panel.ts';
import { problemNote } from './problemNote.ts';
import { texts } from './texts.ts';

/** How large the values are. */
export function valuesTab(panel: Panel): TemplateResult {
  const { values, problems } = panel.model;
  const problem = problems.get('values');
  if (problem !== undefined) return problemNote(problem);
  if (values === null) return progressRing(texts.reading);
  const quantile = (fraction: number) =>
    figure(values.quantiles.find((one) => one.fraction === fraction)?.value ?? null);
  const names = texts.values.facts;
  return html`<div
      class="chart-place"
      ${mount(newChart, {
        spec: valueChart(values),
        height: 260,
        isHidden: (series: string) => panel.model.hiddenSeries.has(series),
        toggle: (series: string) => {
          const { hiddenSeries } = panel.model;
          if (!hiddenSeries.delete(series)) hiddenSeries.add(series);
          panel.change({});
        },
        save: (title: string, format: 'csv' | 'png', data: string) =>
          panel.send({ type: 'save', name: `${namesOf(panel)} ${title}`, format, data }),
      })}
    ></div>
    ${facts([
      [names.count, count(values.count)],
      [names.zeros, count(values.zeros)],
      [names.mean, figure(values.mean)],
      [names.median, quantile(0.5)],
      [names.ninety, quantile(0.9)],
      [names.ninetyNine, quantile(0.99)],
      [names.largest, figure(values.largest)],
    ])}`;
}

function valueChart({ histogram, zeros }: Magnitudes): ChartSpec {
  const { values } = texts;
  const x = histogram.map(({ exponent }) => exponent + 0.5);
  const table = () => valueTable(histogram, zeros);
  const first = histogram.at(0)?.exponent ?? -30;
  const last = (histogram.at(-1)?.exponent ?? -1) + 1;
  return {
    id: 'values',
    title: values.title,
    unit: values.unit,
    hint: values.hint,
    note: zeros === 0 ? undefined : values.zeros(count(zeros)),
    series: [
      {
        id: 'values:all',
        label: values.all,
        colour: 'main',
        shape: 'bars',
        points: { x, y: counted(histogram.map((bar) => bar.count)) },
      },
      {
        id: 'values:negative',
        label: values.negative,
        colour: 'second',
        shape: 'bars',
        points: { x, y: counted(histogram.map(({ negative }) => negative)) },
      },
    ],
    lines: [],
    marks: [],
    xRange: [first, last],
    yRange: [1, powerOfTen(Math.max(1, ...histogram.map((bar) => bar.count)))],
    logY: true,
    ticks: decades,
    showTick: (at) => `1e${Math.round(at * Math.log10(2))}`,
    show: (y) => values.entries(count(y)),
    showAxis: short,
    place: (at) => values.place(short(2 ** Math.floor(at)), short(2 ** (Math.floor(at) + 1))),
    shown: table,
    all: table,
    empty: values.empty,
  };
}

/** A logarithmic axis has no 0. */
function counted(numbers: readonly number[]): (number | null)[] {
  return numbers.map((n) => (n > 0 ? n : null));
}

function valueTable(histogram: Magnitudes['histogram'], zeros: number): DataTable {
  const { from, to, all, negative, positive } = texts.columns;
  return {
    columns: [
      { name: from, show: short },
      { name: to, show: short },
      { name: all, show: count },
      { name: negative, show: count },
      { name: positive, show: count },
    ],
    rows: [
      [0, 0, zeros, null, null],
      ...histogram.map((bar): Datum[] => [
        2 ** bar.exponent,
        2 ** (bar.exponent + 1),
        bar.count,
        bar.negative,
        bar.count - bar.negative,
      ]),
    ],
  };
}
