import { html, nothing, type TemplateResult } from 'lit';
import type { ParameterPlace, PlacePart, SftOverview } from '../../src/protocol/inspect.ts';
import type { PartAddress } from '../../src/protocol/inspectPanel.ts';
import { count, figure, percent } from '../ui/format.ts';
import { heatFigure } from '../ui/heatFigure.ts';
import { icon } from '../ui/icon.ts';
import { meter } from '../ui/meter.ts';
import { columnLabel, rowLabel } from '../ui/placeNames.ts';
import { progressRing } from '../ui/progressRing.ts';
import { cellOf, densityData, densityMap, knowsSizes } from './densityMap.ts';
import { lineList, orderChoice } from './lineList.ts';
import { linesOf, placeKey } from './model.ts';
import { partOf, queryOf } from './needs.ts';
import { flipTable, namesOf, type Panel } from './panel.ts';
import { problemNote } from './problemNote.ts';
import { texts } from './texts.ts';

/** Where one has come to: it is there at once, while what it is made of may still be read. */
const here = '.crumbs [aria-current]';

/** Where the entries lie: the map, a place's parts, a part's lines. */
export function mapColumn(panel: Panel, overview: SftOverview): TemplateResult {
  const { place } = panel.state;
  const part = partOf(panel.state);
  return html`<section class="where" aria-label=${texts.map.title}>
    ${place === null ? nothing : crumbs(panel, overview, place)}
    ${place === null ? map(panel, overview) : part === null ? parts(panel, place) : lines(panel, part)}
  </section>`;
}

function map(panel: Panel, { density }: SftOverview): TemplateResult {
  const props = densityMap(density, (place) => panel.go({ place, part: null }, [here]));
  const { title, hint, unit, unitOfK, empty } = texts.map;
  const unitText = knowsSizes(density) ? unit : unitOfK;
  if (props === null) {
    return html`<h2>${title}</h2>
      <p class="empty-words">${empty}</p>`;
  }
  const { model } = panel;
  return html`<div class="map">
    ${heatFigure({
      map: props,
      title,
      unit: unitText,
      hint,
      level: 2,
      name: `${namesOf(panel)} ${title}`,
      table: densityData(density),
      tableShown: model.tableShown,
      flipTable: flipTable(panel),
      save: (name, format, data) => panel.send({ type: 'save', name, format, data }),
    })}
  </div>`;
}

function crumbs({ state, go }: Panel, { density }: SftOverview, place: ParameterPlace): TemplateResult {
  const { part } = state;
  const cell = cellOf(density, place);
  // Back to where one came from.
  const toMap = () => go({ place: null, part: null }, [`.map [data-at="${cell.row}-${cell.column}"]`]);
  const toPlace = () => go({ part: null }, [`.parts [data-part="${CSS.escape(part ?? '')}"]`, here]);
  return html`<nav class="crumbs" aria-label=${texts.crumbs}>
    <ol>
      ${step(texts.all, toMap)}
      ${
        part === null
          ? html`<li aria-current="location" tabindex="-1">${placeName(place)}</li>`
          : html`${step(placeName(place), toPlace)}
              <li aria-current="location" tabindex="-1">${partName(part)}</li>`
      }
    </ol>
  </nav>`;
}

function step(text: string, press: () => void): TemplateResult {
  return html`<li>
    <button type="button" class="link" @click=${press}>${text}</button>${icon('chevron-right')}
  </li>`;
}

function parts(panel: Panel, place: ParameterPlace): TemplateResult {
  const { model } = panel;
  const found = model.parts.get(placeKey(place));
  const problem = model.problems.get('parts');
  if (problem !== undefined) return problemNote(problem);
  if (found === undefined) return progressRing(texts.reading);
  if (found.length === 0) return html`<p class="empty-words">${texts.noParts}</p>`;
  const isAttention = ['q', 'k', 'v', 'o'].includes(place.column);
  const lacksHeads = isAttention && found.every(({ head }) => head === null) && model.base !== 'looking';
  const most = Math.max(...found.map(densityOf));
  const { columns } = texts;
  return html`<div class="table-box" tabindex="0" role="region" aria-label=${texts.parts(placeName(place))}>
      <table class="data parts">
        <caption class="unseen">
          ${texts.parts(placeName(place))}
        </caption>
        <thead>
          <tr>
            <th scope="col" class="text">${columns.part}</th>
            <th scope="col">${columns.density}</th>
            <th scope="col">${columns.entries}</th>
            <th scope="col" title=${texts.hints.l2}>${columns.l2}</th>
            <th scope="col" title=${texts.hints.l1}>${columns.l1}</th>
          </tr>
        </thead>
        <tbody>
          ${found.map((part) => partRow(panel, part, most))}
        </tbody>
      </table>
    </div>
    ${lacksHeads ? html`<p class="note">${texts.headsUnknown}</p>` : nothing}`;
}

function partRow({ go }: Panel, part: PlacePart, most: number): TemplateResult {
  const { id, parameters, entries, total, l2, l1 } = part;
  return html`<tr>
    <th scope="row" class="text" title=${parameters.join('\n')}>
      <button
        type="button"
        class="link"
        data-part=${id}
        aria-label=${texts.look(partName(id))}
        @click=${() => go({ part: id }, [here])}
      >
        ${partName(id)}
      </button>
    </th>
    <td>
      ${total === null ? percent(null) : meter(percent(entries / Math.max(1, total)), densityOf(part) / most)}
    </td>
    <td>${count(entries)}</td>
    <td>${figure(l2)}</td>
    <td>${figure(l1)}</td>
  </tr>`;
}

function densityOf({ entries, total }: PlacePart): number {
  return entries / Math.max(1, total ?? 1);
}

function lines(panel: Panel, part: PartAddress): TemplateResult {
  const { model, state } = panel;
  const problem = model.problems.get('part');
  if (problem !== undefined) return problemNote(problem);
  const { facts, pages } = linesOf(model, part, queryOf(state, part));
  if (facts === null) return html`<p class="empty-words">${texts.linesUnknown}</p>`;
  const known = model.parts.get(placeKey(part.place))?.find(({ id }) => id === part.part);
  const by = known?.by ?? 'row';
  const hasTokens = (pages.get(0) ?? []).some(({ token }) => token !== null);
  return html`<div class="bar-row">
      ${orderChoice(panel, hasTokens)}
      ${facts === undefined ? nothing : html`<span class="note">${texts.moved(count(facts.moved))}</span>`}
    </div>
    ${lineList(panel, part, texts.lines(partName(part.part), by), { by, hasTokens })}`;
}

/** `layer 3, query` */
function placeName({ row, column }: ParameterPlace): string {
  return `${rowLabel(row).long}, ${columnLabel(column).long}`;
}

/** A parameter's name without what every one of its model begins with. */
function partName(id: string): string {
  return id.replace(/^(bert|roberta)\./, '').replace(/^encoder\.layer\.\d+\./, '');
}
