import { html, nothing, type TemplateResult } from 'lit';
import type { InterferenceTable, SftComparison } from '../../src/protocol/inspect.ts';
import { diffData, type Measure, measureMap, measures, orNull, verdict } from '../inspect/diffMap.ts';
import { problemNote } from '../inspect/problemNote.ts';
import { toolButton } from '../ui/button.ts';
import { count, percent } from '../ui/format.ts';
import { heatFigure } from '../ui/heatFigure.ts';
import { icon } from '../ui/icon.ts';
import { progressRing } from '../ui/progressRing.ts';
import { forceButton } from './figures.ts';
import { type PairMeasure, pairMeasures } from './model.ts';
import { type Panel, saveAs, tableSwitch } from './panel.ts';
import { texts } from './texts.ts';

const { pairs: words } = texts;

const energy = (of: Measure['of']): Measure => ({
  of,
  show: percent,
  short: (value) => (100 * value).toFixed(1),
  unit: '%',
});

/** What the map of a pair can show. */
const pairMaps: Readonly<Record<PairMeasure, Measure>> = {
  timesChance: measures.timesChance,
  signAgreement: measures.signAgreement,
  cosine: measures.cosine,
  energyA: energy(({ energyA }) => energyA),
  energyB: energy(({ energyB }) => energyB),
};

/** How the SFTs meet, two by two, and one pair by layer and module. */
export function pairsSection(panel: Panel): TemplateResult {
  const { pairs, pairsProblem, setting } = panel.view;
  return html`<section class="pairs" aria-label=${words.title}>
    <h2>${words.title}</h2>
    ${
      pairsProblem !== null
        ? html`${problemNote(pairsProblem)}
          ${pairsProblem.canForce && !setting.force ? html`<p>${forceButton(panel)}</p>` : nothing}`
        : setting.rows.length < 2
          ? html`<p class="empty-words">${words.one}</p>`
          : pairs === null
            ? progressRing(words.comparing)
            : comparison(panel, pairs)
    }
  </section>`;
}

function comparison(panel: Panel, found: SftComparison): TemplateResult {
  const { sfts, pairs, warnings } = found;
  const names = ({ a, b }: { readonly a: number; readonly b: number }) =>
    [sfts[a]?.name ?? '', sfts[b]?.name ?? ''] as const;
  const files = ({ a, b }: { readonly a: number; readonly b: number }) =>
    [sfts[a]?.file ?? '', sfts[b]?.file ?? ''] as const;
  const { pair: wanted } = panel.state;
  const chosen =
    pairs.find((pair) => wanted !== null && files(pair).every((file, i) => file === wanted[i])) ?? pairs[0];
  if (chosen === undefined) return html``;
  const { columns, hints } = words;
  return html`${warnings.map(
      (warning) =>
        html`<p class="trouble trouble-warning">
          <span>${icon('warning')}${warning}</span>
        </p>`,
    )}
    <div class="table-box" tabindex="0" role="region" aria-label=${words.table}>
      <table class="data">
        <caption class="unseen">
          ${words.table}
        </caption>
        <thead>
          <tr>
            <th scope="col" class="text">${columns.pair}</th>
            <th scope="col">${columns.both}</th>
            <th scope="col" title=${hints.timesChance}>${columns.timesChance}</th>
            <th scope="col" title=${hints.uniform}>${columns.uniform}</th>
            <th scope="col" title=${hints.signs}>${columns.signs}</th>
            <th scope="col" title=${hints.cosine}>${columns.cosine}</th>
            <th scope="col" title=${hints.energy}>${columns.energyA}</th>
            <th scope="col" title=${hints.energy}>${columns.energyB}</th>
          </tr>
        </thead>
        <tbody>
          ${pairs.map((pair) => {
            const { both, timesChance, uniform, signAgreement, cosine, energyA, energyB } = pair.table.all;
            const [a, b] = names(pair);
            return html`<tr>
              <th scope="row" class="text">
                <button
                  type="button"
                  class="link"
                  aria-label=${words.show(a, b)}
                  aria-pressed=${pair === chosen}
                  @click=${() => panel.change({ pair: files(pair) })}
                >
                  ${words.pair(a, b)}
                </button>
              </th>
              <td>${count(both)}</td>
              <td>${times(timesChance)}</td>
              <td>${times(uniform === undefined || uniform === 0 ? undefined : both / uniform)}</td>
              <td>${percent(orNull(signAgreement))}</td>
              <td>${cosine?.toFixed(3) ?? '–'}</td>
              <td>${percent(orNull(energyA))}</td>
              <td>${percent(orNull(energyB))}</td>
            </tr>`;
          })}
        </tbody>
      </table>
    </div>
    ${pairMap(panel, words.pair(...names(chosen)), chosen.table)}`;
}

function pairMap(panel: Panel, pair: string, table: InterferenceTable): TemplateResult {
  const { state, change } = panel;
  const { measure } = state;
  const name = words.measures[measure];
  const map = pairMaps[measure];
  return html`<div class="pair-map">
    <p><strong>${pair}</strong> ${verdict(table.all)}</p>
    <div class="measures" role="group" aria-label=${words.choose}>
      ${pairMeasures.map((one) =>
        toolButton({
          label: words.measures[one],
          text: words.measures[one],
          pressed: one === measure,
          press: () => change({ measure: one }),
        }),
      )}
    </div>
    ${heatFigure({
      map: measureMap(table, map, name),
      title: name,
      called: `${pair} ${name}`,
      unit: map.unit,
      level: 3,
      name: `${pair} ${name}`,
      table: diffData(table),
      ...tableSwitch(panel, 'pair'),
      save: (title, format, data) => saveAs(panel, title, format, data),
    })}
  </div>`;
}

function times(value: number | undefined): string {
  return value === undefined ? '–' : value.toFixed(2);
}
