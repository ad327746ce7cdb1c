import { html, nothing, type TemplateResult } from 'lit';
import type {
  Interference,
  InterferenceTable,
  SftComparison,
  SftListing,
} from '../../src/protocol/inspect.ts';
import { diffMeasures } from '../../src/protocol/inspectPanel.ts';
import { button, toolButton } from '../ui/button.ts';
import { count, percent } from '../ui/format.ts';
import { heatFigure } from '../ui/heatFigure.ts';
import { icon } from '../ui/icon.ts';
import { tableView } from '../ui/tableView.ts';
import { diffData, diffMap, measureData, measures, orNull, verdict } from './diffMap.ts';
import { facts } from './facts.ts';
import { flipTable, namesOf, type Panel, saveTable } from './panel.ts';
import { texts } from './texts.ts';

/** Two SFTs, entry by entry. */
export function diffPage(panel: Panel, { sfts, pairs, warnings }: SftComparison): TemplateResult {
  const [a, b] = sfts;
  const [pair] = pairs;
  if (a === undefined || b === undefined || pair === undefined) return html``;
  const { table } = pair;
  return html`<main>
    <div class="top">
      <h1>${texts.diff.title(a.name, b.name)}</h1>
      <div class="sides">${side(panel, 'A', a)} ${side(panel, 'B', b)}</div>
      ${warnings.map(
        (warning) =>
          html`<p class="trouble trouble-warning">
            <span>${icon('warning')}${warning}</span>
          </p>`,
      )}
    </div>
    <div class="columns">
      ${map(panel, table)}
      <section class="pair" aria-label=${texts.diff.pair}>
        <h2>${texts.diff.shares}</h2>
        ${shares(table.all)}
        <h2>${texts.diff.pair}</h2>
        <p><strong>${verdict(table.all)}</strong></p>
        ${meeting(table.all)}
        <p class="note">${texts.diff.chance}</p>
      </section>
    </div>
    <section class="stack" aria-label=${texts.diff.table}>
      <div class="bar-row">
        <h2>${texts.diff.table}</h2>
        ${button({
          label: texts.saveRows,
          icon: 'save',
          press: saveTable(panel, texts.diff.table, diffData(table)),
        })}
      </div>
      <div class="whole-table">${tableView(texts.diff.tableName(a.name, b.name), diffData(table))}</div>
    </section>
  </main>`;
}

function side(
  { send }: Panel,
  letter: string,
  { name, file, entries, density, base }: SftListing,
): TemplateResult {
  return html`<p class="side">
    <strong class="letter">${letter}</strong>
    <button
      type="button"
      class="link"
      title=${file}
      aria-label=${texts.lineage.open(name)}
      @click=${() => send({ type: 'open', file })}
    >
      ${name}
    </button>
    <span class="note"
      >${count(entries)} ${texts.columns.entries}${density === null ? nothing : ` (${percent(density)})`} ·
      ${base ?? texts.noBase}</span
    >
  </p>`;
}

function map(panel: Panel, table: InterferenceTable): TemplateResult {
  const { model, state, change, send } = panel;
  const { measure } = state;
  const name = texts.diff.measures[measure];
  return html`<section class="map" aria-label=${texts.diff.map(name)}>
    <div class="measures" role="group" aria-label=${texts.diff.choose}>
      ${diffMeasures.map((one) =>
        toolButton({
          label: texts.diff.measures[one],
          hint: texts.diff.hints[one],
          text: texts.diff.measures[one],
          pressed: one === measure,
          press: () => change({ measure: one }),
        }),
      )}
    </div>
    ${heatFigure({
      map: diffMap(table, measure),
      title: name,
      unit: measures[measure].unit,
      hint: texts.diff.hints[measure],
      level: 2,
      name: `${namesOf(panel)} ${name}`,
      table: measureData(table, measure),
      all: diffData(table),
      tableShown: model.tableShown,
      flipTable: flipTable(panel),
      save: (file, format, data) => send({ type: 'save', name: file, format, data }),
    })}
  </section>`;
}

/** The four shares of the entries that either has, as a bar and in words. */
function shares(all: Interference): TemplateResult {
  const union = Math.max(1, all.onlyA + all.onlyB + all.both);
  const without = all.both - all.equal - all.opposite;
  const parts = [
    ['onlyA', texts.diff.measures.onlyA, all.onlyA],
    ['equal', texts.diff.measures.equal, all.equal],
    ['opposite', texts.diff.measures.opposite, all.opposite],
    ...(without === 0 ? [] : [['zero', texts.diff.one0, without] as const]),
    ['onlyB', texts.diff.measures.onlyB, all.onlyB],
  ] as const;
  return html`<div class="share-bar" aria-hidden="true">
      ${parts.map(
        ([id, , entries]) =>
          html`<span class="share share-${id}" .style=${`flex-grow: ${entries / union}`}></span>`,
      )}
    </div>
    <dl class="facts">
      ${parts.map(
        ([id, name, entries]) =>
          html`<div>
            <dt><span class="swatch-box share-${id}" aria-hidden="true"></span>${name}</dt>
            <dd>${percent(entries / union)} <span class="note">${count(entries)}</span></dd>
          </div>`,
      )}
    </dl>`;
}

function meeting(all: Interference): TemplateResult {
  const names = texts.diff.facts;
  return facts([
    [names.both, count(all.both)],
    [names.expected, count(orNull(all.expected))],
    [names.uniform, count(orNull(all.uniform))],
    [names.signAgreement, percent(orNull(all.signAgreement))],
    [names.cosine, all.cosine?.toFixed(3) ?? '–'],
    [names.energyA, percent(orNull(all.energyA))],
    [names.energyB, percent(orNull(all.energyB))],
  ]);
}
