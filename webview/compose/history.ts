import { html, type TemplateResult } from 'lit';
import {
  backTo,
  type ComposeSetting,
  fileName,
  isBefore,
  type PastSetting,
  settingKey,
  settingWords,
} from '../../src/protocol/compose.ts';
import type { ComposeView } from '../../src/protocol/composePanel.ts';
import { metricName } from '../../src/protocol/metricNames.ts';
import { metricText } from '../run/metricText.ts';
import type { DataTable } from '../ui/dataTable.ts';
import { count } from '../ui/format.ts';
import { type Panel, shownTable, tableTools } from './panel.ts';
import { texts } from './texts.ts';

/** A strip of past settings with their figures. */
export function historySection(panel: Panel): TemplateResult {
  const past = pastOfData(panel.view);
  const table = historyTable(past, panel.view.changed);
  return html`<section class="history" aria-label=${texts.history}>
    <div class="map-head">
      <h2 title=${texts.historyHint}>${texts.history}</h2>
      <span class="tools"
        >${past.length === 0 ? '' : tableTools(panel, 'history', texts.history, table)}</span
      >
    </div>
    ${past.length === 0 ? html`<p class="empty-words">${texts.noHistory}</p>` : strip(panel, past)}
    ${shownTable(panel, 'history', texts.history, table)}
  </section>`;
}

/**
 * Of the data file that is chosen, if one is, by the metric that is shown now: figures on different files have nothing to do with each
 * other, nor those of different heads.
 */
export function pastOfData({
  history,
  data,
  evaluation,
}: Pick<ComposeView, 'history' | 'data'> & {
  readonly evaluation: Pick<ComposeView['evaluation'], 'whole' | 'quick'>;
}): readonly PastSetting[] {
  if (data === null) return history;
  const past = history.filter((one) => one.data === data.file);
  const metric = (evaluation.whole ?? evaluation.quick)?.metric ?? past.at(-1)?.figure.metric;
  return past.filter(({ figure }) => figure.metric === metric);
}

function valueOf({ figure }: PastSetting): number {
  return figure.value ?? NaN;
}

/** Heights from 0 to 1, by the figures of the same metric from the smallest to the largest. */
export function heightsOf(past: readonly PastSetting[]): readonly number[] {
  return past.map((one) => {
    const alike = past.filter(({ figure }) => figure.metric === one.figure.metric);
    const known = alike.map(valueOf).filter(Number.isFinite);
    const [value, least, most] = [valueOf(one), Math.min(...known), Math.max(...known)];
    return most > least && Number.isFinite(value) ? (value - least) / (most - least) : 0.5;
  });
}

function strip(panel: Panel, past: readonly PastSetting[]): TemplateResult {
  const { setting, changed } = panel.view;
  const heights = heightsOf(past);
  const now = past.findIndex((one) => settingKey(one.setting) === settingKey(setting));
  const stop = now < 0 ? past.length - 1 : now;
  return html`<div class="strip" role="group" aria-label=${texts.historyHint} @keydown=${stripKeys}>
    ${past.map((one, i) => {
      const isOld = isBefore(one.time, changed);
      const words = `${pastWords(one)}${isOld ? ` (${texts.before})` : ''}`;
      return html`<button
        type="button"
        class=${isOld ? 'past old' : 'past'}
        title=${words}
        aria-label=${words}
        aria-current=${i === now ? 'true' : 'false'}
        tabindex=${i === stop ? 0 : -1}
        .style=${`--height: ${(100 * (heights[i] ?? 0)).toFixed(1)}%`}
        @click=${() => back(panel, one.setting)}
      >
        <span class="past-bar" aria-hidden="true"></span>
      </button>`;
    })}
  </div>`;
}

function back({ view, set }: Panel, setting: ComposeSetting): void {
  set(backTo(view.setting, setting), false);
}

/** Arrow keys, Home and End go from one to the next. */
function stripKeys(event: KeyboardEvent): void {
  const { currentTarget, target } = event;
  if (!(currentTarget instanceof HTMLElement)) return;
  const all = [...currentTarget.querySelectorAll<HTMLButtonElement>('button')];
  const at = all.findIndex((one) => one === target);
  const next = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: all.length - 1 }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  all[Math.min(all.length - 1, Math.max(0, next))]?.focus();
}

function pastWords({ setting, figure, data }: PastSetting): string {
  const { metric, value, low, high } = figure;
  const interval = texts.interval(metricText(metric, low), metricText(metric, high));
  return texts.past(
    settingWords(setting),
    `${metricName(metric)} ${metricText(metric, value)} ${interval}`,
    fileName(data),
  );
}

function historyTable(past: readonly PastSetting[], changed: string | null): DataTable {
  const { columns } = texts;
  const metrics = [...new Set(past.map(({ figure }) => figure.metric))];
  // Figures of several files may be by several metrics: as they are then, each beside its metric.
  const [metric] = metrics;
  const isOne = metrics.length === 1;
  const isOld = (time: string): boolean => isBefore(time, changed);
  const hasOld = past.some(({ time }) => isOld(time));
  const shown = isOne ? { show: (value: number) => metricText(metric, value) } : {};
  return {
    columns: [
      { name: columns.setting },
      { name: columns.data },
      ...(isOne ? [] : [{ name: columns.metric }]),
      { name: isOne ? metricName(metric) : columns.figure, ...shown },
      { name: columns.low, ...shown },
      { name: columns.high, ...shown },
      { name: columns.examples, show: count },
      { name: columns.time },
      ...(hasOld ? [{ name: columns.note }] : []),
    ],
    rows: past.map(({ setting, data, figure, time }) => [
      settingWords(setting),
      fileName(data),
      ...(isOne ? [] : [metricName(figure.metric)]),
      figure.value,
      figure.low,
      figure.high,
      figure.examples,
      time,
      ...(hasOld ? [isOld(time) ? texts.before : ''] : []),
    ]),
  };
}
