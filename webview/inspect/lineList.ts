import { html, type TemplateResult } from 'lit';
import type { MovedLine } from '../../src/protocol/inspect.ts';
import { lineOrders } from '../../src/protocol/inspect.ts';
import type { PartAddress } from '../../src/protocol/inspectPanel.ts';
import { count, figure } from '../ui/format.ts';
import { meter } from '../ui/meter.ts';
import { mount } from '../ui/mount.ts';
import { newVirtualList, type ListColumn } from '../ui/virtualList.ts';
import { lineAt, type LineStore } from './lineStore.ts';
import { linesKey, linesOf } from './model.ts';
import { linesIn, queryOf } from './needs.ts';
import type { Panel } from './panel.ts';
import { texts } from './texts.ts';

/** Lines by their movement, of which those in sight are read. `hasTokens`: whether what they stand for is known. */
export function lineList(
  panel: Panel,
  of: PartAddress | null,
  label: string,
  kind: { readonly by: 'row' | 'column'; readonly hasTokens: boolean },
): TemplateResult {
  const { model, state, send } = panel;
  const query = queryOf(state, of);
  const store = linesOf(model, of, query);
  const { facts } = store;
  const { columns, hints } = texts;
  const list: ListColumn[] = [
    { name: columns[kind.by], hint: of === null ? hints.row : hints.line, width: '5.5em' },
    ...(kind.hasTokens
      ? [{ name: columns.token, hint: hints.token, width: 'minmax(6em, 1fr)', isText: true }]
      : []),
    { name: columns.entries, hint: hints.entries, width: '6em' },
    { name: columns.l2, hint: hints.l2, width: 'minmax(9em, 1.2fr)' },
    { name: columns.l1, hint: hints.l1, width: '6em' },
  ];
  const most = facts?.most ?? 0;
  const cells = ({ line, token, entries, l1, l2 }: MovedLine) => [
    String(line),
    ...(kind.hasTokens ? [visible(token ?? '')] : []),
    count(entries),
    meter(figure(l2), l2 / most),
    figure(l1),
  ];
  return html`<div
    class="list-box"
    tabindex="0"
    role="region"
    aria-label=${label}
    ${mount(newVirtualList, {
      label,
      columns: list,
      total: facts?.matched ?? 0,
      row: (index: number) => {
        const line = lineAt(store, index);
        return line === undefined ? undefined : cells(line);
      },
      want: (from: number, to: number) => {
        for (const message of linesIn(panel.model, panel.state, of, from, to)) send(message);
      },
      id: linesKey(of, query),
    })}
  ></div>`;
}

/** A choice of the order; by tokens where there are any. */
export function orderChoice({ state, change }: Panel, hasTokens: boolean): TemplateResult {
  const orders = lineOrders.filter((order) => hasTokens || order !== 'token' || order === state.order);
  return html`<label class="choice"
    >${texts.order}
    <select
      class="select"
      .value=${state.order}
      @change=${(event: Event) => {
        const chosen = (event.target as HTMLSelectElement).value;
        const order = lineOrders.find((one) => one === chosen);
        if (order !== undefined) change({ order });
      }}
    >
      ${orders.map(
        (order) =>
          html`<option value=${order} ?selected=${order === state.order}>${texts.orders[order]}</option>`,
      )}
    </select>
  </label>`;
}

/** Lines that have come so far, for CSV: all digits. */
export function lineTable(store: LineStore, hasTokens: boolean) {
  const { columns } = texts;
  const lines = [...store.pages.keys()].sort((a, b) => a - b).flatMap((page) => store.pages.get(page) ?? []);
  return {
    columns: [
      columns.row,
      ...(hasTokens ? [columns.token] : []),
      columns.entries,
      columns.l2,
      columns.l1,
    ].map((name) => ({ name })),
    rows: lines.map(({ line, token, entries, l2, l1 }) => [
      line,
      ...(hasTokens ? [token ?? ''] : []),
      entries,
      l2,
      l1,
    ]),
  };
}

/** Tokens may be blanks or controls, of which nothing would be seen. */
function visible(token: string): string {
  return token.trim() === '' ? JSON.stringify(token) : token.replaceAll(/\p{C}/gu, '\u{fffd}');
}
