import { html, nothing, type TemplateResult } from 'lit';
import type { RunPanelState } from '../../src/protocol/runPanel.ts';
import { button, toolButton } from '../ui/button.ts';
import { icon } from '../ui/icon.ts';
import { progressRing } from '../ui/progressRing.ts';
import { tabs } from '../ui/tabs.ts';
import { chartsTab } from './chartsTab.ts';
import type { CurveFrame } from './curves.ts';
import { header } from './header.ts';
import { maskColumn } from './maskColumn.ts';
import type { PanelModel } from './model.ts';
import { outcome } from './outcome.ts';
import { act, type Panel } from './panel.ts';
import { statusLine } from './statusLine.ts';
import { axisEnd, begunRange, boundedZoom, stepAxis } from './stepAxis.ts';
import { tableTab } from './tableTab.ts';
import { texts } from './texts.ts';
import { textTab } from './textTab.ts';
import { track } from './track.ts';

/** The whole panel. `now` is milliseconds since 1970. */
export function page(panel: Panel, now: number): TemplateResult {
  const { shown, problem } = panel.model;
  if (problem !== null) return problemPage(problem);
  if (shown === null) return progressRing(texts.loading);
  const { heading, view, presence } = shown;
  const frame = frameOf(panel, shown);
  const isDone = presence.kind === 'ended' && presence.end.outcome === 'done';
  const hasMask = view.run.start === null || view.run.start.k > 0;
  return html`<main>
    <div class="top">
      ${header(panel, shown)} ${outcome(heading, view.run, presence)}
      ${isDone || view.run.phases.length === 0 ? nothing : track(view.run)}
      ${presence.kind === 'live' ? statusLine(view.run, presence.live, now) : nothing}
      ${notes(view.run.notes)}
    </div>
    <div class="columns ${hasMask ? '' : 'single'}">
      <div class="left">${tabRow(panel, frame, heading.metric)}</div>
      ${hasMask ? maskColumn(panel, frame) : nothing}
    </div>
  </main>`;
}

function frameOf({ model, state }: Panel, { heading, view }: NonNullable<PanelModel['shown']>): CurveFrame {
  const ghosts = [...model.overlays.values()];
  const series = [view, ...ghosts.map((ghost) => ghost.view)].map((one) => one.series);
  const axis = stepAxis(series);
  const zoom = state.zoom === null ? null : boundedZoom(state.zoom, axisEnd(axis));
  const { name, folder } = heading;
  return { axis, ghosts, xRange: zoom ?? begunRange(axis, series), run: { name, folder, view } };
}

function tabRow(panel: Panel, frame: CurveFrame, metric: string | null): TemplateResult {
  const { state, change, send } = panel;
  const choose = (tab: RunPanelState['tab']) => {
    change({ tab });
    if (tab === 'recipe' || tab === 'log') send({ type: 'tab', tab });
  };
  return tabs<RunPanelState['tab']>({
    label: texts.tabList,
    active: state.tab,
    choose,
    all: [
      { id: 'charts', label: texts.tabs.charts, content: () => chartsTab(panel, frame, metric) },
      { id: 'table', label: texts.tabs.table, content: () => tableTab(panel, frame, metric) },
      { id: 'recipe', label: texts.tabs.recipe, content: () => textTab(panel, 'recipe') },
      { id: 'log', label: texts.tabs.log, content: () => textTab(panel, 'log') },
    ],
    aside: compare(panel, frame),
  });
}

function compare(panel: Panel, { ghosts }: CurveFrame): TemplateResult {
  const remove = (folder: string) => () => {
    panel.model.overlays.delete(folder);
    panel.change({ overlays: panel.state.overlays.filter((one) => one !== folder) });
    panel.send({ type: 'removeOverlay', folder });
  };
  return html`${ghosts.map(
    ({ name, folder }) =>
      html`<span class="chip" title=${folder}>
        ${name}${toolButton({ label: texts.removeOverlay(name), icon: 'close', press: remove(folder) })}
      </span>`,
  )}${button({
    label: texts.compare,
    icon: 'git-compare',
    hint: texts.compareHint,
    press: act(panel, 'compare'),
  })}`;
}

function notes(all: readonly string[]): TemplateResult | typeof nothing {
  const last = all.at(-1);
  if (last === undefined) return nothing;
  if (all.length === 1) return html`<p class="notes">${icon('info')}${last}</p>`;
  return html`<details class="notes">
    <summary>${icon('info')}${last} <span class="unit">(+${all.length - 1})</span></summary>
    <ul>
      ${all.slice(0, -1).map((note) => html`<li>${note}</li>`)}
    </ul>
  </details>`;
}

function problemPage({ what, advice }: NonNullable<PanelModel['problem']>): TemplateResult {
  return html`<main>
    <section class="trouble trouble-error" role="alert">
      <p>${icon('error')}<strong>${what}</strong> ${advice}</p>
    </section>
  </main>`;
}
