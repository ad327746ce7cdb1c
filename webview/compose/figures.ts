import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import {
  alone,
  type NamedSetting,
  pastOf,
  settingKey,
  settingWords,
  sftNames,
} from '../../src/protocol/compose.ts';
import { distinctNames } from '../../src/protocol/distinctNames.ts';
import type { ComposeView, DifferenceView, FigureView } from '../../src/protocol/composePanel.ts';
import { differenceText, probabilityWords } from '../../src/protocol/numberTexts.ts';
import { metricName } from '../../src/protocol/metricNames.ts';
import { problemNote } from '../inspect/problemNote.ts';
import { metricText } from '../run/metricText.ts';
import { button } from '../ui/button.ts';
import { count, percent } from '../ui/format.ts';
import { icon } from '../ui/icon.ts';
import { act, type Panel, setPart } from './panel.ts';
import { texts } from './texts.ts';

/** So many past settings are offered as references. */
const mostOffered = 20;

/** What the bench is worth on its data file. */
export function figuresSection(panel: Panel): TemplateResult {
  const { data, evaluation, isTrusted } = panel.view;
  const { quick, whole, problem, isTuned } = evaluation;
  const metric = whole?.metric ?? quick?.metric;
  return html`<section class="figures" aria-label=${texts.figures}>
    <div class="bar-row">
      <span class="note">${texts.data}</span>
      <strong class="data-name" title=${data?.file ?? ''}>${data?.name ?? texts.noData}</strong>
      ${button({ label: texts.chooseData, icon: 'file', press: act(panel, 'chooseData') })}
      ${data === null ? html`<span class="note">${texts.dropHint}</span>` : roleChoice(panel, data.role)}
      ${data === null || data.columns === null ? nothing : columnsChoice(panel, data.columns)}
      ${metric === undefined ? nothing : html`<span class="note">${texts.metric} ${metricName(metric)}</span>`}
      ${isTuned && data !== null ? html`<span class="tuned" title=${texts.tunedHint}>${texts.tuned}</span>` : nothing}
    </div>
    ${
      problem === null
        ? nothing
        : html`${problemNote(problem)}
            <p class="bar-row">
              ${button({ label: texts.again, icon: 'refresh', press: act(panel, 'again') })}
              ${problem.canForce ? forceButton(panel) : nothing}
            </p>`
    }
    ${evaluation.warnings.map(
      (warning) =>
        html`<p class="trouble trouble-warning">
          <span>${icon('warning')}${warning}</span>
        </p>`,
    )}
    <dl class="facts figure-list">
      ${quick === null ? nothing : figureRow(panel, texts.sample(count(quick.examples), count(quick.of)), quick)}
      ${whole === null ? nothing : figureRow(panel, texts.whole, whole)}
      ${data === null || !isTrusted ? nothing : differenceRow(panel)}
    </dl>
    <p class="note state" role="status">${stateText(panel.view)}</p>
  </section>`;
}

/** What the data file is for. */
function roleChoice({ send }: Panel, role: 'dev' | 'test'): TemplateResult {
  const chosen = ({ target }: Event): void => {
    if (target instanceof HTMLSelectElement)
      send({ type: 'role', role: target.value === 'test' ? 'test' : 'dev' });
  };
  return html`<label class="choice" title=${texts.roleHint}
    >${texts.role}
    <select .value=${live(role)} @change=${chosen}>
      ${(['dev', 'test'] as const).map(
        (one) => html`<option value=${one} ?selected=${one === role}>${texts.roles[one]}</option>`,
      )}
    </select></label
  >`;
}

/** Which columns of the file hold what. */
function columnsChoice(panel: Panel, columns: readonly string[]): TemplateResult {
  return html`${button({ label: texts.nameColumns, hint: texts.columnsHint, press: act(panel, 'chooseColumns') })}
    <span class="note">${columns.length === 0 ? texts.columnsOfSft : columns.join(', ')}</span>`;
}

/** SFTs of different bases are put together all the same. */
export function forceButton(panel: Panel): TemplateResult {
  return button({ label: texts.force, press: () => setPart(panel, { force: true }) });
}

function stateText({ evaluation }: ComposeView): string {
  const { state, progress, reading } = evaluation;
  const words = texts.states[state];
  if (reading !== null) return `${words}: ${texts.reading(percent(reading, 0))}`;
  return progress === null ? words : `${words}: ${texts.progress(count(progress.done), count(progress.of))}`;
}

function figureRow(
  { view }: Panel,
  name: string,
  { key, metric, value, low, high }: FigureView,
): TemplateResult {
  const isStale = key !== settingKey(view.setting);
  return html`<div class="figure ${isStale ? 'stale' : ''}">
    <dt>${name}</dt>
    <dd>
      <strong>${metricText(metric, value)}</strong>
      <span title=${texts.intervalHint}
        >${texts.interval(metricText(metric, low), metricText(metric, high))}</span
      >
      ${isStale ? html`<span class="note">${texts.stale}</span>` : nothing}
    </dd>
  </div>`;
}

function differenceRow(panel: Panel): TemplateResult {
  const { view } = panel;
  const { difference, evaluation, reference } = view;
  const key = settingKey(view.setting);
  const metric = evaluation.whole?.metric;
  const isReference = difference === null && evaluation.state === 'done' && reference !== null;
  return html`<div class="figure ${difference !== null && difference.key !== key ? 'stale' : ''}">
    <dt><label>${texts.difference} ${referenceChoice(panel)}</label></dt>
    <dd>
      ${difference === null || metric === undefined ? nothing : differenceWords(difference, metric)}
      ${isReference ? html`<span class="note">${texts.isReference}</span>` : nothing}
    </dd>
  </div>`;
}

function differenceWords({ value, low, high, p, problem }: DifferenceView, metric: string): TemplateResult {
  if (problem !== null) return html`<span class="note">${problem.what} ${problem.advice}</span>`;
  return html`<strong>${signedText(metric, value)}</strong>
    <span title=${texts.intervalHint}
      >${texts.interval(signedText(metric, low), signedText(metric, high))}</span
    >
    <span title=${texts.pHint}>${p === null ? 'p –' : probabilityWords(p)}</span>`;
}

function signedText(metric: string, value: number | null): string {
  return value === null ? '–' : differenceText(metric, value);
}

/** The reference among those that could be: each SFT alone, and past settings. */
function referenceChoice(panel: Panel): TemplateResult {
  const { view, send } = panel;
  const { reference } = view;
  const offered = references(view);
  const at = reference?.isChosen === true ? offered.findIndex(({ name }) => name === reference.name) : -1;
  const chosen = (event: Event): void => {
    if (!(event.target instanceof HTMLSelectElement)) return;
    send({ type: 'reference', reference: offered[Number(event.target.value)] ?? null });
  };
  return html`<select .value=${live(String(at))} @change=${chosen}>
    <option value="-1" ?selected=${at < 0}>
      ${reference === null ? '–' : reference.isChosen ? reference.name : texts.byDefault(reference.name)}
    </option>
    ${offered.map(({ name }, i) => html`<option value=${String(i)} ?selected=${i === at}>${name}</option>`)}
  </select>`;
}

export function references({ setting, history }: Pick<ComposeView, 'setting' | 'history'>): NamedSetting[] {
  const past = history
    .slice(-mostOffered)
    .toReversed()
    .map((one) => ({ name: settingWords(one.setting), setting: pastOf(one.setting) }));
  const names = sftNames(setting.rows.map(({ file }) => file));
  const all = [...setting.rows.map(({ file }, i) => alone(file, setting.force, names[i])), ...past];
  const seen = new Set<string>();
  const offered = all.filter((one) => {
    const key = settingKey(one.setting);
    return !seen.has(key) && seen.add(key);
  });
  const told = distinctNames(
    offered.map(({ name, setting: { rows } }) => ({ name, file: rows[0]?.file ?? '' })),
  );
  return offered.map((one, i) => ({ ...one, name: told[i] }));
}
