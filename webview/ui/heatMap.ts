import { html, render, type TemplateResult } from 'lit';
import { type ColourScale, colourScales, scaleGradient } from './colourScale.ts';
import { gridMove, type GridPlace } from './gridKeys.ts';
import type { Mounted } from './mount.ts';
import { onThemeChange, readTheme } from './theme.ts';

/** A cell of a heat map. */
export interface HeatCell extends GridPlace {
  /** From 0 to `most` of the map; on a diverging scale from -`most`. */
  readonly value: number;
  /** The number itself, short, without its unit. */
  readonly text: string;
  /** All about it, in words. */
  readonly words: string;
}

export interface HeatLabel {
  readonly short: string;
  readonly long: string;
}

export interface HeatMapProps {
  readonly label: string;
  readonly rows: readonly HeatLabel[];
  readonly columns: readonly HeatLabel[];
  readonly cells: readonly HeatCell[];
  /** The value that has the last colour, and what stands at the ends of the scale. */
  readonly most: number;
  readonly ends: readonly [string, string];
  /** Said while no cell is looked at. */
  readonly summary: string;
  readonly scale?: ColourScale;
  /** Called for a cell that is clicked, or at which Enter or Space is pressed. */
  readonly choose?: (cell: HeatCell) => void;
}

/** A table of coloured cells; arrow keys go from cell to cell. In high contrast the numbers stand in the cells. */
export function newHeatMap(host: HTMLElement): Mounted<HeatMapProps> {
  let props: HeatMapProps | undefined;
  let current: GridPlace | undefined;
  let looked: GridPlace | undefined;
  let dark = readTheme().dark;

  const redraw = () => {
    if (props !== undefined) update(props);
  };
  const stopTheme = onThemeChange(() => {
    dark = readTheme().dark;
    redraw();
  });
  const look = (place: GridPlace | undefined) => {
    looked = place;
    redraw();
  };
  const move = (event: KeyboardEvent, from: HeatCell) => {
    if (props?.choose !== undefined && (event.key === 'Enter' || event.key === ' ')) {
      event.preventDefault();
      props.choose(from);
      return;
    }
    const next = props === undefined ? undefined : gridMove(props.cells, from, event.key);
    if (next === undefined) return;
    event.preventDefault();
    current = next;
    redraw();
    host.querySelector<HTMLElement>(`[data-at="${next.row}-${next.column}"]`)?.focus();
  };

  function update(next: HeatMapProps): void {
    props = next;
    const { label, rows, columns, cells, most, ends, summary, scale = 'sequential', choose } = next;
    const first = cells.find((cell) => isAt(cell, current)) ?? cells[0];
    const cellAt = (row: number, column: number) => {
      const cell = cells.find((one) => isAt(one, { row, column }));
      if (cell === undefined) return html`<td class="hole"></td>`;
      return html`<td
        role="gridcell"
        data-at="${row}-${column}"
        tabindex=${cell === first ? 0 : -1}
        aria-label=${cell.words}
        .style=${`--heat: ${colourScales[scale](most === 0 ? 0 : cell.value / most, dark)}`}
        @click=${() => choose?.(cell)}
        @keydown=${(event: KeyboardEvent) => move(event, cell)}
        @focus=${() => {
          current = cell;
          look(cell);
        }}
        @blur=${() => look(undefined)}
        @mouseenter=${() => look(cell)}
        @mouseleave=${() => look(undefined)}
      >
        <span class="heat-number">${cell.text}</span>
      </td>`;
    };
    render(
      html`<table
          class="heat ${choose === undefined ? '' : 'opens'}"
          role="grid"
          aria-label=${label}
          aria-readonly="true"
        >
          <thead>
            <tr>
              <td></td>
              ${columns.map((column) => head(column, 'col'))}
            </tr>
          </thead>
          <tbody>
            ${rows.map(
              (row, r) =>
                html`<tr>
                  ${head(row, 'row')}${columns.map((_, c) => cellAt(r, c))}
                </tr>`,
            )}
          </tbody>
        </table>
        <div class="heat-foot">
          <p class="heat-words">${cells.find((cell) => isAt(cell, looked))?.words ?? summary}</p>
          <span class="heat-scale">
            ${ends[0]}<span class="heat-ramp" .style=${`background: ${scaleGradient(dark, scale)}`}></span
            >${ends[1]}
          </span>
        </div> `,
      host,
    );
  }

  return {
    update,
    destroy() {
      stopTheme();
      render('', host);
    },
  };
}

function isAt(cell: GridPlace, place: GridPlace | undefined): boolean {
  return place !== undefined && cell.row === place.row && cell.column === place.column;
}

function head({ short, long }: HeatLabel, scope: 'row' | 'col'): TemplateResult {
  return html`<th scope=${scope} title=${long} aria-label=${long}>${short}</th>`;
}
