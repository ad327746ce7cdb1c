import { html, nothing, render, type TemplateResult } from 'lit';
import type { Mounted } from './mount.ts';

export interface ListColumn {
  readonly name: string;
  /** What it means. */
  readonly hint: string;
  /** As CSS writes a track of a grid. */
  readonly width: string;
  readonly isText?: boolean;
}

export interface VirtualListProps {
  readonly label: string;
  readonly columns: readonly ListColumn[];
  readonly total: number;
  /** The cells of a row; undefined while it is not there. */
  readonly row: (index: number) => readonly (string | TemplateResult)[] | undefined;
  /** Rows [from, to) come into sight of which some are not there. */
  readonly want: (from: number, to: number) => void;
  /** Another list begins at its top. */
  readonly id: string;
}

/** Of a row, in CSS pixels at 13 px text; it grows with the editor's text. */
const rowEms = 22 / 13;
/** Rows beyond the edges that are drawn, too. */
const beyond = 8;

/** A table of which only the rows in sight are there, in a box that scrolls, also by keyboard. */
export function newVirtualList(host: HTMLElement): Mounted<VirtualListProps> {
  let props: VirtualListProps | undefined;
  let id: string | undefined;
  const redraw = () => {
    if (props !== undefined) draw(props);
  };
  const resized = new ResizeObserver(redraw);
  resized.observe(host);
  host.addEventListener('scroll', redraw, { passive: true });

  function draw({ label, columns, total, row, want }: VirtualListProps): void {
    const height = rowEms * Number.parseFloat(getComputedStyle(host).fontSize);
    const first = Math.max(0, Math.floor(host.scrollTop / height) - beyond);
    const last = Math.min(total, Math.ceil((host.scrollTop + host.clientHeight) / height) + beyond);
    const tracks = columns.map(({ width }) => width).join(' ');
    let isMissing = false;
    const rows: TemplateResult[] = [];
    for (let i = first; i < last; i++) {
      const cells = row(i);
      isMissing ||= cells === undefined;
      rows.push(
        html`<div
          role="row"
          class="list-row"
          aria-rowindex=${i + 2}
          .style=${`top: ${i * height}px; height: ${height}px; grid-template-columns: ${tracks}`}
        >
          ${columns.map(
            ({ isText }, c) =>
              html`<span role="cell" class=${isText === true ? 'text' : ''}>${cells?.[c] ?? nothing}</span>`,
          )}
        </div>`,
      );
    }
    render(
      html`<div role="table" aria-label=${label} aria-rowcount=${total + 1} class="list-table">
        <div role="rowgroup" class="list-head">
          <div
            role="row"
            class="list-row"
            aria-rowindex="1"
            .style=${`height: ${height}px; grid-template-columns: ${tracks}`}
          >
            ${columns.map(
              ({ name, hint, isText }) =>
                html`<span role="columnheader" class=${isText === true ? 'text' : ''} title=${hint}
                  >${name}</span
                >`,
            )}
          </div>
        </div>
        <div role="rowgroup" class="list-body" .style=${`height: ${total * height}px`}>${rows}</div>
      </div>`,
      host,
    );
    if (isMissing) want(first, last);
  }

  return {
    update(next) {
      props = next;
      if (id !== undefined && id !== next.id) host.scrollTop = 0;
      id = next.id;
      redraw();
    },
    destroy() {
      resized.disconnect();
      host.removeEventListener('scroll', redraw);
      render('', host);
    },
  };
}
