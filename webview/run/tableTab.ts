import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { button } from '../ui/button.ts';
import { toCsv } from '../ui/dataTable.ts';
import { count } from '../ui/format.ts';
import { tableView } from '../ui/tableView.ts';
import { uiTexts } from '../ui/texts.ts';
import { wholeTable, type CurveFrame } from './curves.ts';
import type { Panel } from './panel.ts';
import { texts } from './texts.ts';

/** All series of the run as one table; drawn anew when a row begins or the run ends. */
export function tableTab(panel: Panel, frame: CurveFrame, metric: string | null): TemplateResult {
  const { view } = frame.run;
  const rows = view.series.map(({ counts }) => counts.length);
  const shown = [view, view.run.status, metric, ...frame.xRange, ...rows];
  return html`${guard(shown, () => table(panel, frame, metric))}`;
}

function table({ state, change, send }: Panel, frame: CurveFrame, metric: string | null): TemplateResult {
  const { name } = frame.run;
  const all = wholeTable(frame, metric);
  const [from, to] = frame.xRange;
  return html`<div class="table-tab">
    <div class="bar-row">
      ${button({
        label: texts.saveTable,
        icon: 'save',
        press: () => send({ type: 'save', name: `${name} steps`, format: 'csv', data: toCsv(all) }),
      })}
      ${
        state.zoom === null
          ? nothing
          : html`<span class="note">${texts.shownSteps(count(from), count(to))}</span>${button({
                label: uiTexts.resetZoom,
                press: () => change({ zoom: null }),
              })}`
      }
    </div>
    ${tableView(texts.tableCaption(name), all)}
  </div>`;
}
