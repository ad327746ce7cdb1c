import { html, nothing, type TemplateResult } from 'lit';
import { toolButton } from './button.ts';
import { type DataTable, toCsv } from './dataTable.ts';
import { heatImage } from './heatImage.ts';
import { type HeatMapProps, newHeatMap } from './heatMap.ts';
import { mount } from './mount.ts';
import { tableView } from './tableView.ts';
import { uiTexts } from './texts.ts';
import { readTheme } from './theme.ts';

/** A heat map and what its page does for it. */
export interface HeatFigureProps {
  readonly map: HeatMapProps;
  readonly title: string;
  /** What its buttons call it, where that is not the title. */
  readonly called?: string;
  readonly unit: string;
  readonly hint?: string;
  /** Said behind the title. */
  readonly note?: TemplateResult;
  /** Of its heading. */
  readonly level: 2 | 3;
  /** Of the files that are saved, and above the picture. */
  readonly name: string;
  /** The map's numbers. */
  readonly table: DataTable;
  /** What is saved as CSV, where that is more. */
  readonly all?: DataTable;
  readonly tableShown: boolean;
  readonly flipTable: () => void;
  /** Base64 for a picture, text for numbers. */
  readonly save: (name: string, format: 'csv' | 'png', data: string) => void;
}

/** A heat map with its title, table and exports, as a chart has them. */
export function heatFigure(props: HeatFigureProps): TemplateResult {
  const { map, title, called = title, unit, name, table, all = table, tableShown, flipTable, save } = props;
  const whole = unit === '' ? name : `${name} (${unit})`;
  return html`<div class="map-head">
      ${heatTitle(props)} ${props.note ?? nothing}
      <span class="tools">
        ${toolButton({ label: uiTexts.showTable(called), text: uiTexts.table, pressed: tableShown, press: flipTable })}
        ${toolButton({
          label: uiTexts.savePng(called),
          text: uiTexts.png,
          press: () => save(name, 'png', heatImage(map, whole, readTheme())),
        })}
        ${toolButton({
          label: uiTexts.saveCsv(called),
          text: uiTexts.csv,
          press: () => save(name, 'csv', toCsv(all)),
        })}
      </span>
    </div>
    <div class="map-place" ${mount(newHeatMap, map)}></div>
    ${tableShown ? tableView(whole, table) : nothing}`;
}

/** The heading of a heat map, which also stands where there is none yet. */
export function heatTitle({
  title,
  unit,
  hint,
  level,
}: Pick<HeatFigureProps, 'title' | 'unit' | 'hint' | 'level'>): TemplateResult {
  const words = html`${title} <span class="unit">${unit}</span>`;
  const about = hint ?? nothing;
  return level === 2 ? html`<h2 title=${about}>${words}</h2>` : html`<h3 title=${about}>${words}</h3>`;
}
