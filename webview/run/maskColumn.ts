import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import type { MaskHistory } from '../../src/protocol/maskHistory.ts';
import { toolButton } from '../ui/button.ts';
import { count, short } from '../ui/format.ts';
import { heatFigure, heatTitle } from '../ui/heatFigure.ts';
import { panelChart } from './chartsTab.ts';
import type { CurveFrame } from './curves.ts';
import { kSlider } from './kSlider.ts';
import { kView, type KView } from './kView.ts';
import { changeChart, maskMap, maskTable, momentText, overlapChart, totalsKnown } from './maskCharts.ts';
import { momentAt, momentsOf, type Moment } from './moments.ts';
import type { Panel } from './panel.ts';
import { axisEnd } from './stepAxis.ts';
import { texts } from './texts.ts';
import { whatIf, whatIfFrame } from './whatIf.ts';

/** What the run chooses, through time; drawn anew when there are new statistics. */
export function maskColumn(panel: Panel, frame: CurveFrame): TemplateResult {
  const { masks } = frame.run.view;
  const { frames, movements } = masks;
  const { state } = panel;
  const k = kView(panel.model);
  const shown = [masks, frames.at(-1), movements.at(-1), state.frame, state.hidden, state.mapTable];
  const drawn = [...shown, axisEnd(frame.axis)];
  const ofK = [JSON.stringify(k), panel.model.k.refused, panel.model.whatIf, frame.run.view.run.kept];
  return html`${guard([...drawn, ...ofK], () => column(panel, frame, k))}`;
}

function column(panel: Panel, { axis, run }: CurveFrame, k: KView | null): TemplateResult {
  const { masks } = run.view;
  const moments = momentsOf(masks);
  const moment = momentAt(moments, panel.state.frame);
  if (moment === undefined) {
    return html`<aside class="mask">
      <h3>${texts.mask.title}</h3>
      <p class="empty-words">${texts.mask.empty}</p>
      ${k === null ? nothing : kSlider(panel, k)}
    </aside>`;
  }
  const about = moment === moments.at(-1) ? (k?.about?.threshold ?? null) : null;
  return html`<aside class="mask" aria-label=${texts.mask.map}>
    ${map(panel, masks, moments, moment)} ${k === null ? nothing : kSlider(panel, k)} ${whatIf(panel)}
    ${panelChart(panel, changeChart(moments, moment, about), { height: 150 })}
    ${masks.frames.length === 0 ? nothing : panelChart(panel, overlapChart(masks, axis), { height: 90 })}
  </aside>`;
}

function map(panel: Panel, masks: MaskHistory, moments: readonly Moment[], moment: Moment): TemplateResult {
  const other = whatIfFrame(panel, masks.layout);
  const mask = other ?? moment.mask;
  // A mask of another size has a scale of its own: beside the others a small one would be all dark.
  const shown = other === null ? masks : { ...masks, frames: [other] };
  const { state } = panel;
  const isNewest = moment === moments.at(-1);
  let title = texts.mask.titleThen;
  if (other !== null) title = texts.whatIf.title(count(other.k));
  else if (moment.kind === 'movement' || mask?.step === null) title = texts.mask.titleChosen;
  else if (isNewest) title = texts.mask.title;
  const unit = totalsKnown(masks) ? texts.mask.shareUnit : texts.mask.shareOfK;
  const heading = { title, unit, hint: texts.mask.hint, level: 3 } as const;
  return html`<section class="map">
    ${
      mask === null
        ? html`<div class="map-head">${heatTitle(heading)}</div>`
        : heatFigure({
            ...heading,
            map: maskMap(shown, mask),
            note: html`<span class="note" title=${texts.mask.thresholdHint}>
              ${texts.mask.threshold(short(mask.threshold))}
            </span>`,
            name: `${panel.model.shown?.heading.name ?? ''} ${title}`.trim(),
            table: maskTable(masks, mask),
            tableShown: state.mapTable === true,
            flipTable: () => panel.change({ mapTable: state.mapTable !== true }),
            save: (name, format, data) => panel.send({ type: 'save', name, format, data }),
          })
    }
    ${slider(panel, moments, moment, state.frame !== null && !isNewest)}
  </section>`;
}

function slider(
  { change }: Panel,
  moments: readonly Moment[],
  moment: Moment,
  isOlder: boolean,
): TemplateResult {
  const at = moments.indexOf(moment);
  const iterations = new Set(moments.map(({ mask }) => mask?.iteration ?? 0)).size;
  const text = momentText(moment, iterations);
  const moved = (event: Event) => {
    const value = Number((event.target as HTMLInputElement).value);
    change({ frame: value >= moments.length - 1 ? null : value });
  };
  return html`<div class="time">
    <label for="time">${texts.mask.slider}</label>
    <input
      id="time"
      type="range"
      min="0"
      max=${Math.max(1, moments.length - 1)}
      step="1"
      .value=${String(at)}
      ?disabled=${moments.length < 2}
      title=${texts.mask.sliderHint}
      aria-valuetext=${text}
      @input=${moved}
    />
    <output for="time">${text}</output>
    ${
      isOlder
        ? toolButton({
            label: texts.mask.followHint,
            text: texts.mask.follow,
            press: () => change({ frame: null }),
          })
        : nothing
    }
  </div>`;
}
