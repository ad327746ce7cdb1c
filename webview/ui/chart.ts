import { html, nothing, render, svg, type TemplateResult } from 'lit';
import uPlot from 'uplot';
import { alignSeries } from './alignSeries.ts';
import { announce } from './announce.ts';
import { toolButton } from './button.ts';
import { chartImage } from './chartImage.ts';
import { lastValue, stopsOf, valueNear, type ChartSeries, type ChartSpec } from './chartSpec.ts';
import { toCsv } from './dataTable.ts';
import type { Mounted } from './mount.ts';
import { plotOptions } from './plotOptions.ts';
import { tableView } from './tableView.ts';
import { uiTexts } from './texts.ts';
import { cssColour, onThemeChange, readTheme } from './theme.ts';

/** A chart and what its page does for it. */
export interface ChartProps {
  readonly spec: ChartSpec;
  /** Of the plot, in CSS pixels. */
  readonly height: number;
  readonly isHidden: (series: string) => boolean;
  readonly toggle: (series: string) => void;
  /** Called with a range that the user chose, or null for all; without it nothing can be zoomed. */
  readonly zoom?: ((range: readonly [number, number] | null) => void) | undefined;
  readonly isZoomed?: boolean;
  readonly sync?: string | undefined;
  /** Base64 for a picture, text for numbers. */
  readonly save: (name: string, format: 'csv' | 'png', data: string) => void;
}

/** A chart on a canvas with its title, legend, table, exports, zoom and keyboard. */
export function newChart(host: HTMLElement): Mounted<ChartProps> {
  let props: ChartProps | undefined;
  let plot: uPlot | undefined;
  let structure = '';
  let theme = readTheme();
  let cursor: number | null = null;
  let tableShown = false;
  let stepped = false;
  let width: number | undefined;

  const find = (selector: string) => host.querySelector<HTMLElement>(selector);
  const redraw = () => {
    if (props !== undefined) update(props);
  };
  const stopTheme = onThemeChange(() => {
    theme = readTheme();
    plot?.redraw(false);
  });
  const resized = new ResizeObserver(([entry]) => {
    const now = Math.floor(entry.contentRect.width);
    if (now === width) return;
    width = now;
    redraw();
  });

  const cursorMoved = (x: number | null) => {
    // A cursor that was set by a key stays at that value exactly.
    if (!stepped) cursor = x;
    drawLegend();
  };

  function update(next: ChartProps): void {
    props = next;
    render(frame(next), host);
    drawPlot(next);
    drawLegend();
  }

  function frame({ spec, isZoomed, zoom, save }: ChartProps): TemplateResult {
    const { id, title, unit, hint, note } = spec;
    const flip = () => {
      tableShown = !tableShown;
      redraw();
    };
    return html`<figure class="chart" aria-labelledby="${id}-title">
      <figcaption>
        <h3 id="${id}-title" title=${hint}>${title} <span class="unit">${unit}</span></h3>
        <span class="note">${note ?? nothing}</span>
        <span class="tools">
          ${
            isZoomed === true && zoom !== undefined
              ? toolButton({
                  label: uiTexts.resetZoomHint,
                  icon: 'zoom-out',
                  text: uiTexts.resetZoom,
                  press: () => zoom(null),
                })
              : nothing
          }
          ${toolButton({ label: uiTexts.showTable(title), text: uiTexts.table, pressed: tableShown, press: flip })}
          ${toolButton({ label: uiTexts.savePng(title), text: uiTexts.png, press: () => savePicture() })}
          ${toolButton({
            label: uiTexts.saveCsv(title),
            text: uiTexts.csv,
            press: () => save(title, 'csv', toCsv(spec.all())),
          })}
        </span>
      </figcaption>
      <div class="legend"></div>
      <div
        class="plot"
        tabindex="0"
        role="application"
        aria-roledescription=${uiTexts.chart}
        aria-label=${uiTexts.chartHelp(title, zoom !== undefined)}
        @keydown=${keys}
      >
        <div class="canvas ${isEmpty(spec) ? 'void' : ''}"></div>
        ${isEmpty(spec) ? html`<p class="empty">${spec.empty}</p>` : nothing}
      </div>
      ${tableShown ? tableView(`${title} (${unit})`, spec.shown()) : nothing}
    </figure>`;
  }

  function drawPlot({ spec, height, isHidden, zoom, sync }: ChartProps): void {
    const place = find('.canvas');
    if (place === null) return;
    // Asking for it would make the browser lay the page out at every step: it is told when it changes.
    width ??= Math.floor(place.getBoundingClientRect().width);
    if (width === 0) return;
    const form = JSON.stringify([spec.series.map(formOf), height, spec.logY, sync]);
    if (plot === undefined || form !== structure) {
      plot?.destroy();
      structure = form;
      const context = {
        spec: () => props?.spec ?? spec,
        theme: () => theme,
        cursorMoved,
        zoom: zoom && ((range: readonly [number, number] | null) => props?.zoom?.(range)),
        sync,
      };
      plot = new uPlot(plotOptions(context, width, height), undefined, place);
    } else if (plot.width !== width) plot.setSize({ width, height });
    draw(plot, spec, isHidden);
  }

  function drawLegend(): void {
    const place = find('.legend');
    if (place === null || props === undefined) return;
    const { spec, isHidden, toggle } = props;
    const reach = (spec.xRange[1] - spec.xRange[0]) / 60;
    const value = ({ points, shape }: ChartSeries) => {
      if (cursor !== null) return valueNear(points, cursor, shape === 'bars' ? 0.5 : reach);
      // The last bar is no newer than the others.
      if (shape === 'bars') return null;
      return (spec.now === undefined ? null : valueNear(points, spec.now, reach)) ?? lastValue(points);
    };
    const entry = (one: ChartSeries) => {
      const shown = value(one);
      return html`${swatchOf(one)}<span class="name">${one.label}</span>
        <span class="value">${shown === null ? nothing : spec.show(shown)}</span>`;
    };
    render(
      html`${
          spec.series.length === 1
            ? html`<span class="entry">${entry(spec.series[0])}</span>`
            : spec.series.map(
                (one) =>
                  html`<button
                    type="button"
                    class="entry"
                    aria-pressed=${!isHidden(one.id)}
                    title=${uiTexts.toggle(one.label)}
                    @click=${() => toggle(one.id)}
                  >
                    ${entry(one)}
                  </button>`,
              )
        } <span class="place">${cursor === null ? nothing : spec.place(cursor)}</span>`,
      place,
    );
  }

  function keys(event: KeyboardEvent): void {
    if (props === undefined || plot === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const { spec, isHidden, zoom } = props;
    if (event.key === 'Escape' || event.key === '+' || event.key === '-') {
      if (zoom === undefined) return;
      event.preventDefault();
      zoom(event.key === 'Escape' ? null : zoomedBy(spec, cursor, event.key === '+' ? 0.5 : 2));
      return;
    }
    const stops = stopsOf(spec, isHidden);
    const here = cursor === null ? stops.length : stops.findIndex((x) => x >= (cursor ?? 0));
    const at = here < 0 ? stops.length - 1 : here;
    const targets: Record<string, number> = {
      ArrowLeft: at - 1,
      ArrowRight: cursor === null ? 0 : at + 1,
      PageUp: at - 10,
      PageDown: at + 10,
      Home: 0,
      End: stops.length - 1,
    };
    const target = targets[event.key];
    if (target === undefined || stops.length === 0) return;
    event.preventDefault();
    moveTo(plot, stops[Math.min(stops.length - 1, Math.max(0, target))]);
  }

  function moveTo(u: uPlot, x: number): void {
    if (props === undefined) return;
    cursor = x;
    stepped = true;
    // The third argument, which its types leave out, moves the cursors of the other charts as well.
    const published = u as unknown as { setCursor(at: object, fire: boolean, publish: boolean): void };
    published.setCursor({ left: u.valToPos(x, 'x'), top: u.over.clientHeight / 2 }, true, true);
    stepped = false;
    const { spec, isHidden } = props;
    const values = spec.series
      .filter(({ id }) => !isHidden(id))
      .map(({ label, points }) => [label, valueNear(points, x, 0)] as const)
      .filter(([, value]) => value !== null)
      .map(([label, value]) => `${label} ${spec.show(value ?? NaN)}`);
    announce(`${spec.place(x)}: ${values.join(', ')}`);
  }

  function savePicture(): void {
    if (props === undefined || plot === undefined) return;
    const { spec, isHidden, save } = props;
    const legend = spec.series
      .filter(({ id }) => !isHidden(id))
      .map(({ label, colour, dashed, shape }) => ({
        label,
        colour: theme.series[colour],
        dashed: dashed === true,
        isPoint: shape === 'points',
      }));
    save(spec.title, 'png', chartImage(plot.ctx.canvas, `${spec.title} (${spec.unit})`, legend, theme));
  }

  resized.observe(host);
  return {
    update,
    destroy() {
      stopTheme();
      resized.disconnect();
      plot?.destroy();
      plot = undefined;
      render('', host);
    },
  };
}

function swatchOf({ colour, dashed, shape }: ChartSeries): TemplateResult {
  const style = `color: ${cssColour(colour)}`;
  return html`<svg class="swatch" viewBox="0 0 16 8" .style=${style} aria-hidden="true">
    ${
      shape === 'points'
        ? svg`<circle cx="8" cy="4" r="3" />`
        : svg`<line x1="0" y1="4" x2="16" y2="4" stroke-dasharray=${dashed === true ? '4 3' : 'none'} />`
    }
  </svg>`;
}

/** What a plot is built anew for when it changes. */
function formOf({ id, colour, shape, dashed }: ChartSeries) {
  return [id, colour, shape, dashed];
}

function isEmpty({ series }: ChartSpec): boolean {
  return series.every(({ points }) => points.y.every((value) => value === null));
}

function draw(plot: uPlot, { series, xRange }: ChartSpec, isHidden: (id: string) => boolean): void {
  const { x, ys } = alignSeries(series.map(({ points }) => points));
  plot.batch(() => {
    series.forEach(({ id }, i) => {
      const show = !isHidden(id);
      if (plot.series[i + 1].show !== show) plot.setSeries(i + 1, { show }, false);
    });
    plot.setData([x, ...ys], false);
    plot.setScale('x', { min: xRange[0], max: xRange[1] });
  });
}

function zoomedBy(spec: ChartSpec, cursor: number | null, factor: number): readonly [number, number] {
  const [from, to] = spec.xRange;
  const middle = cursor ?? (from + to) / 2;
  const half = ((to - from) * factor) / 2;
  return [middle - half, middle + half];
}
