import { nothing, type TemplateResult } from 'lit';
import type { ComposeSetting } from '../../src/protocol/compose.ts';
import type { ComposeAction, ComposeView, FromCompose } from '../../src/protocol/composePanel.ts';
import { toolButton } from '../ui/button.ts';
import { type DataTable, toCsv } from '../ui/dataTable.ts';
import { tableView } from '../ui/tableView.ts';
import { uiTexts } from '../ui/texts.ts';
import type { ComposeState, SettingSender } from './model.ts';

/** What the parts of the page draw, and what they can do. */
export interface Panel {
  readonly view: ComposeView;
  readonly state: ComposeState;
  /** Keeps a change of the state and draws it. */
  readonly change: (part: Partial<ComposeState>) => void;
  /** Shows another setting and tells the host. */
  readonly set: SettingSender;
  readonly send: (message: FromCompose) => void;
}

export function act({ send }: Panel, action: ComposeAction): () => void {
  return () => send({ type: 'action', action });
}

/** Changes a part of the setting. */
export function setPart({ view, set }: Panel, part: Partial<ComposeSetting>, isMoving = false): void {
  set({ ...view.setting, ...part }, isMoving);
}

/** Saves numbers or a picture of this bench. */
export function saveAs({ view, send }: Panel, title: string, format: 'csv' | 'png', data: string): void {
  send({ type: 'save', name: `${view.name} ${title}`, format, data });
}

/** Whether a table is shown, and what shows or hides it. */
export function tableSwitch(
  { state: { tables }, change }: Panel,
  id: string,
): { readonly tableShown: boolean; readonly flipTable: () => void } {
  const tableShown = tables.includes(id);
  return {
    tableShown,
    flipTable: () => change({ tables: tableShown ? tables.filter((one) => one !== id) : [...tables, id] }),
  };
}

/** A switch that shows a table, and a button that saves it. */
export function tableTools(panel: Panel, id: string, title: string, table: DataTable): TemplateResult[] {
  const { tableShown, flipTable } = tableSwitch(panel, id);
  return [
    toolButton({
      label: uiTexts.showTable(title),
      text: uiTexts.table,
      pressed: tableShown,
      press: flipTable,
    }),
    toolButton({
      label: uiTexts.saveCsv(title),
      text: uiTexts.csv,
      press: () => saveAs(panel, title, 'csv', toCsv(table)),
    }),
  ];
}

/** The table that such a switch shows. */
export function shownTable({ state }: Panel, id: string, title: string, table: DataTable) {
  return state.tables.includes(id) ? tableView(title, table) : nothing;
}
