import type { FromInspector, InspectAction, InspectState } from '../../src/protocol/inspectPanel.ts';
import type { DataTable } from '../ui/dataTable.ts';
import { toCsv } from '../ui/dataTable.ts';
import type { InspectModel } from './model.ts';

/** What the parts of the page draw, and what they can do. */
export interface Panel {
  readonly model: InspectModel;
  readonly state: InspectState;
  /** Keeps a change of the state and draws it. */
  readonly change: (part: Partial<InspectState>) => void;
  /** The same where what has the focus goes by it: the first of these that is there then has it, by its selector. */
  readonly go: (part: Partial<InspectState>, focus: readonly string[]) => void;
  readonly send: (message: FromInspector) => void;
}

/** Asks the extension for one of its commands. */
export function act({ send }: Panel, action: InspectAction): () => void {
  return () => send({ type: 'action', action });
}

/** Saves a table of this page's SFTs. */
export function saveTable(panel: Panel, title: string, table: DataTable): () => void {
  return () =>
    panel.send({ type: 'save', name: `${namesOf(panel)} ${title}`, format: 'csv', data: toCsv(table) });
}

/** Shows the numbers of the page's map, or hides them. */
export function flipTable({ model, change }: Panel): () => void {
  return () => {
    model.tableShown = !model.tableShown;
    change({});
  };
}

/** What files that are saved begin with. */
export function namesOf({ model }: Panel): string {
  const { overview, comparison } = model;
  if (overview !== null) return overview.listing.name;
  return (comparison?.sfts ?? []).map(({ name }) => name).join(' ');
}
