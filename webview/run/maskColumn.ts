import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import type { MaskFrame, MaskHistory } from '../../src/protocol/maskHistory.ts';
import { toolButton } from '../ui/button.ts';
import { toCsv } from '../ui/dataTable.ts';
import { short } from '../ui/format.ts';
import { heatImage } from '../ui/heatImage.ts';
import { newHeatMap } from '../ui/heatMap.ts';
import { mount } from '../ui/mount.ts';
import { uiTexts } from '../ui/texts.ts';
import { readTheme } from '../ui/theme.ts';
import { panelChart } from './chartsTab.ts';
import type { CurveFrame } from './curves.ts';
import { changeChart, maskMap, maskTable, momentText, overlapChart, totalsKnown } from './maskCharts.ts';
import { momentAt, momentsOf, type Moment } from './moments.ts';
import type { Panel } from './panel.ts';
import { axisEnd } from './stepAxis.ts';
import { texts } from './texts.ts';

/** What the run chooses, through time; drawn anew when there are new statistics. */
export function maskColumn(panel: Panel, frame: CurveFrame): TemplateResult {
  const { masks } = frame.run.view;
  const { frames, movements } = masks;
  const { state } = panel;
  const shown = [masks, frames.at(-1), movements.at(-1), state.frame, state.hidden, axisEnd(frame.axis)];
  return html`${guard(shown, () => column(panel, frame))}`;
}

function column(panel: Panel, { axis, run }: CurveFrame): TemplateResult {
  const { masks } = run.view;
  const moments = momentsOf(masks);
  const moment = momentAt(moments, panel.state.frame);
  if (moment === undefined) {
    return html`<aside class="mask">
      <h3>${texts.mask.title}</h3>
      <p class="empty-words">${texts.mask.empty}</p>
    </aside>`;
  }
  return html`<aside class="mask" aria-label=${texts.mask.map}>
    ${map(panel, masks, moments, moment)} ${panelChart(panel, changeChart(moments, moment), { height: 150 })}
    ${masks.frames.length === 0 ? nothing : panelChart(panel, overlapChart(masks, axis), { height: 90 })}
  </aside>`;
}

function map(panel: Panel, masks: MaskHistory, moments: readonly Moment[], moment: Moment): TemplateResult {
  const { mask } = moment;
  const { state } = panel;
  const isNewest = moment === moments.at(-1);
  let title = texts.mask.titleThen;
  if (moment.kind === 'movement' || mask?.step === null) title = texts.mask.titleChosen;
  else if (isNewest) title = texts.mask.title;
  const unit = totalsKnown(masks) ? texts.mask.shareUnit : texts.mask.shareOfK;
  const name = `${panel.model.shown?.heading.name ?? ''} ${title}`.trim();
  const save = (format: 'csv' | 'png', data: string) => panel.send({ type: 'save', name, format, data });
  const picture = (frame: MaskFrame) => heatImage(maskMap(masks, frame), `${name} (${unit})`, readTheme());
  return html`<section class="map">
    <div class="map-head">
      <h3 title=${texts.mask.hint}>${title} <span class="unit">${unit}</span></h3>
      ${
        mask === null
          ? nothing
          : html`<span class="note" title=${texts.mask.thresholdHint}>
                ${texts.mask.threshold(short(mask.threshold))}
              </span>
              <span class="tools">
                ${toolButton({
                  label: uiTexts.savePng(title),
                  text: uiTexts.png,
                  press: () => save('png', picture(mask)),
                })}
                ${toolButton({
                  label: uiTexts.saveCsv(title),
                  text: uiTexts.csv,
                  press: () => save('csv', toCsv(maskTable(masks, mask))),
                })}
              </span>`
      }
    </div>
    ${mask === null ? nothing : html`<div class="map-place" ${mount(newHeatMap, maskMap(masks, mask))}></div>`}
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
