import { html, nothing, type TemplateResult } from 'lit';
import { button } from '../ui/button.ts';
import { toCsv } from '../ui/dataTable.ts';
import { count } from '../ui/format.ts';
import { tableView } from '../ui/tableView.ts';
import { uiTexts } from '../ui/texts.ts';
import { wholeTable, type CurveFrame } from './curves.ts';
import type { Panel } from './panel.ts';
import { texts } from './texts.ts';

/** All series of the run as one table. */
export function tableTab(
  { state, change, send }: Panel,
  frame: CurveFrame,
  metric: string | null,
): TemplateResult {
  const { name } = frame.run;
  const table = wholeTable(frame, metric);
  const [from, to] = frame.xRange;
  return html`<div class="table-tab">
    <div class="bar-row">
      ${button({
        label: texts.saveTable,
        icon: 'save',
        press: () => send({ type: 'save', name: `${name} steps`, format: 'csv', data: toCsv(table) }),
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
    ${tableView(texts.tableCaption(name), table)}
  </div>`;
}
