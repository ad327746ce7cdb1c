import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { isBefore, keyBeside, sftNames, type SweepAxis } from '../../src/protocol/compose.ts';
import type { SweepView } from '../../src/protocol/composePanel.ts';
import { problemNote } from '../inspect/problemNote.ts';
import { isFraction, metricText } from '../run/metricText.ts';
import { button } from '../ui/button.ts';
import { newChart } from '../ui/chart.ts';
import { heatFigure } from '../ui/heatFigure.ts';
import { mount } from '../ui/mount.ts';
import { type AxisForm, axesOf, formsOf, unreadable } from './model.ts';
import { act, type Panel, saveAs, setPart, tableSwitch } from './panel.ts';
import { axisNames, bestOf, sweepCurve, sweepMap, sweepTable, sweepTitle } from './sweepCharts.ts';
import { texts } from './texts.ts';

const { sweep: words } = texts;

/** One or two coefficients varied: the form, then the curve or the map. */
export function sweepSection(panel: Panel): TemplateResult {
  const { view, state, send, change } = panel;
  const { sweep, data, setting } = view;
  const axes = axesOf(state, setting, sweep);
  const reason = whyNot(panel, axes);
  const isRunning = sweep?.isRunning === true;
  return html`<section class="sweep" aria-label=${words.title}>
    <h2 title=${words.hint}>${words.title}</h2>
    <div class="bar-row">${axisForm(panel, 0)} ${setting.rows.length > 1 ? axisForm(panel, 1) : nothing}</div>
    <div class="bar-row">
      <label class="choice" title=${words.wholeHint}
        ><input
          type="checkbox"
          .checked=${live(state.isWhole)}
          @change=${() => change({ isWhole: !state.isWhole })}
        />${words.whole}</label
      >
      ${
        isRunning
          ? button({ label: words.stop, icon: 'debug-stop', press: act(panel, 'stopSweep') })
          : button({
              label: words.run,
              icon: 'play',
              disabled: reason !== null || axes.length === 0,
              hint: reason ?? words.hint,
              press: () => send({ type: 'sweep', axes, isWhole: state.isWhole }),
            })
      }
      ${reason === null || isRunning ? nothing : html`<span class="note">${reason}</span>`}
      ${data?.role === 'test' ? html`<span class="tuned">${words.onTest(data.name)}</span>` : nothing}
      <span class="note" role="status">
        ${isRunning ? words.progress(sweep.points.length, sweep.of) : nothing}
      </span>
    </div>
    ${sweep === null ? nothing : outcome(panel, sweep)}
  </section>`;
}

/** Why nothing can be swept now; null where it can. */
function whyNot({ view }: Panel, axes: readonly SweepAxis[]): string | null {
  if (!view.isTrusted) return texts.restricted;
  if (view.data === null) return words.needsData;
  const files = unreadable(view, axes);
  if (files.length > 0) return words.needsFiles(sftNames(files));
  return view.base === null ? texts.noBase : null;
}

function axisForm(panel: Panel, n: 0 | 1): TemplateResult {
  const { view, state, change } = panel;
  const forms = formsOf(state, view.setting, view.sweep);
  const form = forms[n];
  const axes = axesOf(state, view.setting, view.sweep);
  const axis = axes[n];
  const name = n === 0 ? words.first : words.second;
  const put = (part: Partial<AxisForm>): void => {
    const [first, second] = forms;
    change({ axes: n === 0 ? [{ ...first, ...part }, second] : [first, { ...second, ...part }] });
  };
  const files = view.setting.rows.map(({ file }) => file);
  const names = sftNames(files);
  const [taken] = axes;
  const options = n === 0 ? files : files.filter((file) => file !== taken?.file);
  return html`<span class="axis">
    <label class="choice"
      >${n === 0 ? words.vary : words.and}
      <select
        @change=${({ target }: Event) => {
          if (target instanceof HTMLSelectElement) put({ file: target.value === '' ? null : target.value });
        }}
      >
        ${n === 0 ? nothing : html`<option value="" .selected=${live(axis === undefined)}>${words.none}</option>`}
        ${options.map(
          (file) =>
            html`<option value=${file} .selected=${live(file === axis?.file)}>
              ${names[files.indexOf(file)]}
            </option>`,
        )}
      </select></label
    >
    ${
      axis === undefined
        ? nothing
        : html`${numberField(words.from(name), words.fromShort, form.from, (from) => put({ from }))}
          ${numberField(words.to(name), words.toShort, form.to, (to) => put({ to }))}
          ${numberField(words.count(name), words.countShort, form.count, (value) =>
            put({ count: Math.min(101, Math.max(2, Math.round(value))) }),
          )}`
    }
  </span>`;
}

function numberField(
  label: string,
  short: string,
  value: number,
  take: (value: number) => void,
): TemplateResult {
  return html`<label class="choice"
    >${short}
    <input
      type="number"
      step="any"
      aria-label=${label}
      .value=${String(value)}
      @change=${({ target }: Event) => {
        if (target instanceof HTMLInputElement && Number.isFinite(target.valueAsNumber))
          take(target.valueAsNumber);
      }}
  /></label>`;
}

/** Whether a sweep would be the same now, as far as it says what it was made with. */
function isOfNow({ setting, data, changed }: Panel['view'], sweep: SweepView): boolean {
  const made = sweep.setting;
  if (data === null || data.file !== sweep.file || isBefore(sweep.time, changed)) return false;
  return made === null || keyBeside(made, sweep.axes) === keyBeside(setting, sweep.axes);
}

function outcome(panel: Panel, sweep: SweepView): TemplateResult {
  const { problem, metric, points, axes, examples, data } = sweep;
  const failure = problem === null ? nothing : problemNote(problem);
  if (metric === null || points.length === 0) return html`${failure}`;
  const title = sweepTitle(sweep);
  const best = bestOf(sweep);
  const use = (coefficients: readonly number[]): void => {
    const rows = panel.view.setting.rows.map((row) => {
      const at = axes.findIndex(({ file }) => file === row.file);
      return at < 0 ? row : { ...row, coefficient: coefficients[at] ?? row.coefficient, on: true };
    });
    setPart(panel, { rows });
  };
  const bestWords =
    best === undefined
      ? ''
      : words.best(
          axisNames(sweep)
            .map((name, i) => `${name} ${best.coefficients[i] ?? ''}`)
            .join(', '),
          metricText(metric, best.value),
        );
  const isCurve = axes.length === 1;
  return html`${failure}${
      isCurve
        ? html`<div
            class="chart-place"
            ${mount(newChart, {
              spec: sweepCurve(sweep, panel.view.setting),
              height: 180,
              isHidden: () => false,
              toggle: () => undefined,
              save: (name, format, text) => saveAs(panel, name, format, text),
            })}
          ></div>`
        : heatFigure({
            map: sweepMap(sweep, use),
            title,
            unit: isFraction(metric) ? '%' : '',
            level: 3,
            name: title,
            table: sweepTable(sweep),
            ...tableSwitch(panel, 'sweep'),
            save: (name, format, text) => saveAs(panel, name, format, text),
          })
    }
    <p class="bar-row">
      <span>${bestWords}</span>
      ${
        best === undefined || sweep.isRunning
          ? nothing
          : button({ label: words.useBest, hint: words.useBestHint, press: () => use(best.coefficients) })
      }
      <span class="tuned">${words.tuned(data)}</span>
      ${isOfNow(panel.view, sweep) ? nothing : html`<span class="note">${words.old}</span>`}
      ${
        sweep.isRunning || points.length >= sweep.of
          ? nothing
          : html`<span class="note">${words.stopped(points.length, sweep.of)}</span>`
      }
      ${examples === null ? nothing : html`<span class="note">${words.examples(examples)}</span>`}
    </p>`;
}
