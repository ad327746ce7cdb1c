import uPlot from 'uplot';
import type { ChartSeries, ChartSpec } from './chartSpec.ts';
import type { SeriesColour, Theme } from './theme.ts';

/** What a plot asks for while it draws; it changes while the plot stays. */
export interface PlotContext {
  readonly spec: () => ChartSpec;
  readonly theme: () => Theme;
  readonly cursorMoved: (x: number | null) => void;
  /** null: all. Undefined where nothing can be zoomed. */
  readonly zoom: ((range: readonly [number, number] | null) => void) | undefined;
  /** Charts with the same key move their cursors together. */
  readonly sync: string | undefined;
}

/** Height of the words over the curves, and width of the y axis, in CSS pixels. */
const headroom = 18;
const axisWidth = 56;

/** Options of uPlot for a chart. Colours are asked for at each drawing, so that they follow the theme. */
export function plotOptions(context: PlotContext, width: number, height: number): uPlot.Options {
  const { spec, theme, zoom, sync } = context;
  const { series, logY } = spec();
  const font = theme().font;
  const axis = { font, stroke: () => theme().muted, ticks: { show: false } };
  const grid = { width: 1, stroke: () => faintColour(theme().grid, theme().highContrast ? 0.5 : 0.35) };
  return {
    width,
    height,
    padding: [headroom, 18, 0, 0],
    legend: { show: false },
    series: [{}, ...series.map((one) => plotSeries(one, theme))],
    scales: {
      x: { time: false, auto: false },
      y: {
        // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- its enum is not there when it runs
        distr: logY === true ? 3 : 1,
        range: (u, least, most): [number, number] => rangeOf(spec(), u, least, most),
      },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 24,
        gap: 4,
        space: 64,
        splits: (_plot, _axis, from, to, step) => {
          const { ticks } = spec();
          return ticks === undefined ? roundTicks(from, to, step) : ticks(from, to);
        },
        values: (_, splits) => splits.map((x) => spec().showTick(x)),
      },
      {
        ...axis,
        grid,
        size: axisWidth,
        gap: 6,
        space: 26,
        ...(logY === true
          ? {
              splits: (u: uPlot) => powersOfTen(u.scales.y.max ?? 10),
              filter: (_: uPlot, splits: number[]) => splits,
            }
          : {}),
        values: (_, splits) => splits.map((y) => (y === null ? null : spec().showAxis(y))),
      },
    ],
    cursor: {
      y: false,
      points: { size: 7, width: 1.5 },
      drag: { x: zoom !== undefined, y: false, setScale: false, dist: 6 },
      bind: {
        dblclick: () => () => {
          zoom?.(null);
          return null;
        },
      },
      ...(sync === undefined
        ? {}
        : {
            sync: {
              key: sync,
              setSeries: false,
              scales: ['x', null],
              // Drags and double clicks are told to all charts by whoever owns the range.
              filters: { pub: (type: string) => type === 'mousemove' || type === 'mouseleave' },
            },
          }),
    },
    hooks: {
      setCursor: [
        (u) => {
          const { left } = u.cursor;
          context.cursorMoved(left === undefined || left === null || left < 0 ? null : u.posToVal(left, 'x'));
        },
      ],
      setSelect: [
        (u) => {
          const { left, width: wide } = u.select;
          if (wide <= 0) return;
          const range: [number, number] = [u.posToVal(left, 'x'), u.posToVal(left + wide, 'x')];
          u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          zoom?.(range);
        },
      ],
      drawAxes: [(u) => drawLines(u, spec(), theme()), (u) => drawBands(u, spec(), theme())],
      draw: [(u) => drawMarks(u, spec(), theme())],
    },
  };
}

function plotSeries({ colour, shape, dashed }: ChartSeries, theme: () => Theme): uPlot.Series {
  const stroke = () => theme().series[colour];
  const points = { size: 6, fill: stroke, stroke, width: 1 };
  if (shape === 'bars') {
    const bars = uPlot.paths.bars?.({ size: [0.9, Infinity], align: 0 });
    return {
      stroke,
      fill: () => faint(theme(), colour, 0.6),
      width: 1,
      points: { show: false },
      ...(bars === undefined ? {} : { paths: bars }),
    };
  }
  return {
    stroke,
    width: 1.5,
    ...(dashed === true ? { dash: [5, 4] } : {}),
    paths: shape === 'points' ? () => null : linePath,
    points: {
      ...points,
      show: shape === 'line' ? (u: uPlot, column: number) => valuesIn(u.data[column]) <= 2 : true,
    },
  };
}

function valuesIn(column: uPlot.AlignedData[number] | undefined): number {
  let found = 0;
  for (const value of column ?? []) {
    if (value !== null && value !== undefined && ++found > 2) break;
  }
  return found;
}

/** In high contrast nothing is so faint that it is lost. */
function faint(theme: Theme, colour: SeriesColour, share: number): string {
  return faintColour(theme.series[colour], theme.highContrast ? Math.max(share, 0.4) : share);
}

function faintColour(colour: string, share: number): string {
  return `color-mix(in srgb, ${colour} ${Math.round(100 * share)}%, transparent)`;
}

/** A line that stops at gaps, however narrow: uPlot's own joins what lies within a pixel. */
function linePath(u: uPlot, column: number, from: number, to: number): uPlot.Series.Paths {
  const stroke = new Path2D();
  const [x] = u.data;
  const y = u.data[column];
  let isDrawing = false;
  for (let i = from; i <= to; i++) {
    const value = y[i];
    if (value === undefined) continue;
    if (value === null) {
      isDrawing = false;
      continue;
    }
    const left = u.valToPos(x[i], 'x', true);
    const top = u.valToPos(value, 'y', true);
    if (isDrawing) stroke.lineTo(left, top);
    else stroke.moveTo(left, top);
    isDrawing = true;
  }
  return { stroke };
}

/** Limits of what is seen, with the bands, which uPlot does not know. */
function rangeOf(
  { yRange, series, xRange }: ChartSpec,
  u: uPlot,
  least: number | null,
  most: number | null,
): [number, number] {
  if (yRange !== undefined) return [yRange[0], yRange[1]];
  let down = least ?? Infinity;
  let up = most ?? -Infinity;
  series.forEach(({ points, band }, i) => {
    if (band === undefined || u.series[i + 1].show === false) return;
    points.x.forEach((x, at) => {
      if (x < xRange[0] || x > xRange[1]) return;
      down = Math.min(down, band.least[at] ?? Infinity);
      up = Math.max(up, band.most[at] ?? -Infinity);
    });
  });
  if (down > up) return [0, 1];
  const [low, high] = uPlot.rangeNum(down, up, 0.08, true);
  return [low ?? 0, high ?? 1];
}

function roundTicks(from: number, to: number, step: number): number[] {
  const whole = Math.max(1, step);
  const ticks: number[] = [];
  for (let x = Math.ceil(from / whole) * whole; x <= to; x += whole) ticks.push(x);
  return ticks;
}

/** Every power of ten, or every second or third, from 1 to the end of an axis. */
function powersOfTen(most: number): number[] {
  const powers = Math.max(1, Math.round(Math.log10(most)));
  const step = Math.max(1, Math.ceil(powers / 4));
  return Array.from({ length: Math.floor(powers / step) + 1 }, (_, i) => 10 ** (i * step));
}

/** From the least to the most of each point; their line where both are the same. */
function drawBands(u: uPlot, { series }: ChartSpec, theme: Theme): void {
  const { ctx, bbox } = u;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.lineWidth = uPlot.pxRatio;
  ctx.lineJoin = 'round';
  series.forEach(({ colour, points, band }, i) => {
    if (band === undefined || u.series[i + 1].show === false) return;
    ctx.fillStyle = faint(theme, colour, 0.22);
    ctx.strokeStyle = faint(theme, colour, 0.35);
    for (const part of partsOf(band)) {
      const path = new Path2D();
      const add = (at: number, y: number | null) =>
        path.lineTo(u.valToPos(points.x[at], 'x', true), u.valToPos(y ?? 0, 'y', true));
      for (const at of part) add(at, band.most[at]);
      for (const at of part.toReversed()) add(at, band.least[at]);
      path.closePath();
      // oxlint-disable-next-line unicorn/no-array-fill-with-reference-type -- a canvas, not an array
      ctx.fill(path);
      // An area of no height is a line.
      if (part.every((at) => band.least[at] === band.most[at])) ctx.stroke(path);
    }
  });
  ctx.restore();
}

/** Places of a band that hang together. */
function partsOf({ least, most }: NonNullable<ChartSeries['band']>): number[][] {
  const parts: number[][] = [];
  let part: number[] = [];
  least.forEach((low, i) => {
    if (low !== null && most[i] !== null) part.push(i);
    else if (part.length > 0) {
      parts.push(part);
      part = [];
    }
  });
  return part.length > 0 ? [...parts, part] : parts;
}

function drawLines(u: uPlot, { lines, xRange }: ChartSpec, theme: Theme): void {
  const { ctx, bbox } = u;
  const ratio = uPlot.pxRatio;
  ctx.save();
  ctx.font = scaledFont(theme.font, ratio);
  ctx.textBaseline = 'bottom';
  ctx.textAlign = 'left';
  let free = bbox.left;
  for (const { x, label, drawn, strong } of lines) {
    const at = u.valToPos(x, 'x', true);
    if (x >= xRange[1] || at > bbox.left + bbox.width + 1) continue;
    const isSeen = x >= xRange[0];
    if (drawn && isSeen) {
      ctx.strokeStyle = strong === true ? theme.series.second : theme.muted;
      ctx.lineWidth = (strong === true ? 1.5 : 1) * ratio;
      ctx.setLineDash(strong === true ? [] : [3 * ratio, 3 * ratio]);
      ctx.beginPath();
      ctx.moveTo(at, bbox.top);
      ctx.lineTo(at, bbox.top + bbox.height);
      ctx.stroke();
    }
    const width = ctx.measureText(label).width;
    const room = bbox.left + bbox.width - width;
    const left = Math.min(Math.max(at, bbox.left), room);
    // A word that would lie over the one before it is left out; the line is there.
    if (left < free || (!isSeen && strong === true)) continue;
    ctx.fillStyle = strong === true ? theme.foreground : theme.muted;
    ctx.fillText(label, left, bbox.top - 3 * ratio);
    free = left + width + 8 * ratio;
  }
  ctx.restore();
}

function drawMarks(u: uPlot, { marks }: ChartSpec, theme: Theme): void {
  const { ctx, bbox } = u;
  const ratio = uPlot.pxRatio;
  ctx.save();
  ctx.font = scaledFont(theme.font, ratio);
  ctx.textAlign = 'left';
  for (const { x, y, label } of marks) {
    const left = u.valToPos(x, 'x', true);
    const top = u.valToPos(y, 'y', true);
    if (left < bbox.left || left > bbox.left + bbox.width) continue;
    ctx.strokeStyle = theme.foreground;
    ctx.lineWidth = 1.5 * ratio;
    ctx.beginPath();
    ctx.arc(left, top, 5.5 * ratio, 0, 2 * Math.PI);
    ctx.stroke();
    const width = ctx.measureText(label).width;
    const right = left + 10 * ratio + width <= bbox.left + bbox.width;
    const low = top - 8 * ratio < bbox.top + 10 * ratio;
    ctx.textBaseline = low ? 'top' : 'bottom';
    ctx.fillStyle = theme.foreground;
    ctx.fillText(label, right ? left + 8 * ratio : left - 8 * ratio - width, top + (low ? 6 : -6) * ratio);
  }
  ctx.restore();
}

/** The theme's font for a canvas with more pixels than the page. */
function scaledFont(font: string, ratio: number): string {
  return font.replace(/^(\d+)px/, (_, size: string) => `${Number(size) * ratio}px`);
}
