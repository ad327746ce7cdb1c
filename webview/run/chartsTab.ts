import { html, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { newChart, type ChartProps } from '../ui/chart.ts';
import type { ChartSpec } from '../ui/chartSpec.ts';
import { mount } from '../ui/mount.ts';
import { curve, validationCurve, type CurveFrame } from './curves.ts';
import { toggled } from './model.ts';
import type { Panel } from './panel.ts';
import { axisEnd, boundedZoom } from './stepAxis.ts';

/** The curves of the run, all over the same steps; drawn anew when it has told something. */
export function chartsTab(panel: Panel, frame: CurveFrame, metric: string | null): TemplateResult {
  const { run, ghosts } = frame;
  const { hidden, zoom } = panel.state;
  const shown = [run.view, run.view.events, metric, hidden, zoom, ...ghosts.map(({ view }) => view)];
  return html`${guard(shown, () => charts(panel, frame, metric))}`;
}

function charts(panel: Panel, frame: CurveFrame, metric: string | null): TemplateResult {
  const over = (spec: ChartSpec, height: number) => chartOverSteps(panel, frame, spec, height);
  return html`<div class="charts">
    ${over(curve(frame, 'loss'), 220)} ${metric === null ? '' : over(validationCurve(frame, metric), 160)}
    <div class="small-charts">
      ${(['l1', 'learningRate', 'gradientNorm', 'tokensPerSecond'] as const).map((column) =>
        over(curve(frame, column), 110),
      )}
    </div>
  </div>`;
}

/** A chart of the panel; its series and exports are kept and sent like those of all others. */
export function panelChart(
  { model, state, change, send }: Panel,
  spec: ChartSpec,
  more: Pick<ChartProps, 'height' | 'zoom' | 'isZoomed' | 'sync'>,
): TemplateResult {
  const props: ChartProps = {
    spec,
    ...more,
    isHidden: (series) => state.hidden.includes(series),
    toggle: (series) => change(toggled(state, series)),
    save: (title, format, data) =>
      send({ type: 'save', name: `${model.shown?.heading.name ?? ''} ${title}`.trim(), format, data }),
  };
  return html`<div class="chart-place" ${mount(newChart, props)}></div>`;
}

function chartOverSteps(panel: Panel, { axis }: CurveFrame, spec: ChartSpec, height: number): TemplateResult {
  const { state, change } = panel;
  return panelChart(panel, spec, {
    height,
    isZoomed: state.zoom !== null,
    zoom: (range) => change({ zoom: range === null ? null : boundedZoom(range, axisEnd(axis)) }),
    sync: 'steps',
  });
}
